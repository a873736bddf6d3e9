#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/files.h"
#include "cli/server_process.h"
#include "server/settings.h"

namespace enks::cli {

// The server of a demonstration: `enks serve` in a process of its own, and in the installation's
// folder its output (server.log) and the file with its process id that `./run --stop` goes by
// (server.pid), written as soon as there is a process. Ended and the file removed when this goes,
// unless kept: whatever fails, nobody is left with a server they do not know of.
class DemoServer {
 public:
  // `files` outlives the server.
  static Result<std::unique_ptr<DemoServer>> Start(const server::Settings& settings,
                                                   base::Files& files);
  // For Start().
  DemoServer(ServerProcess process, std::filesystem::path log_file,
             const server::Settings& settings, base::Files& files);

  // False once the process has ended.
  bool Running() { return process_.Running(); }

  // Whether it runs and says that it listens at `base_url`. Any program on that port may answer;
  // only its own output tells that it is this one.
  bool Listens(const std::string& base_url);

  // What it wrote so far, as far as it can be read.
  std::string Log() const;

  // Lets it run on.
  void Keep();

 private:
  struct PidFile {
    base::Files& files;
    std::filesystem::path path;
    bool kept = false;

    ~PidFile();
  };

  base::Files& files_;
  const std::filesystem::path log_file_;
  PidFile pid_file_;  // goes after the process has ended
  ServerProcess process_;
};

}  // namespace enks::cli
