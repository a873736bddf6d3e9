#pragma once

#include <memory>

#include "base/result.h"
#include "server/server.h"
#include "server/settings.h"

namespace enks::scenario {

// How servers share the work on one database.
enum class Division {
  kOneServer,         // it has all roles
  kPublishAndExport,  // one publishes; another exports, serves files and cleans up
};

// One server, or two in one process that share no more than two processes would: the database and
// the folders.
class Servers {
 public:
  // With all roles, whatever the settings say of them. The settings must leave the ports open.
  static Result<Servers> Start(server::Settings settings, Division division,
                               const server::Environment& environment);

  server::Server& publishing() const { return *publishing_; }
  // Serves files, too.
  server::Server& exporting() const { return exporting_ ? *exporting_ : *publishing_; }
  void Stop();

 private:
  std::unique_ptr<server::Server> publishing_;
  std::unique_ptr<server::Server> exporting_;  // null: publishing_ does that, too
};

}  // namespace enks::scenario
