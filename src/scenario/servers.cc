#include "scenario/servers.h"

#include <utility>

namespace enks::scenario {

using server::Role;

Result<Servers> Servers::Start(server::Settings settings, Division division,
                               const server::Environment& environment) {
  const bool apart = division == Division::kPublishAndExport;
  Servers servers;
  if (apart) {
    settings.roles = {Role::kExport, Role::kFiles, Role::kCleanup};
    ENKS_ASSIGN(servers.exporting_, server::Server::Start(settings, environment));
  }
  settings.roles = {Role::kPublish};
  if (!apart) settings.roles.insert({Role::kExport, Role::kFiles, Role::kCleanup});
  ENKS_ASSIGN(servers.publishing_, server::Server::Start(settings, environment));
  return servers;
}

void Servers::Stop() {
  publishing_->Stop();
  if (exporting_) exporting_->Stop();
}

}  // namespace enks::scenario
