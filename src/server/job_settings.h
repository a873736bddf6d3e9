#pragma once

#include <vector>

#include "server/settings_table.h"

// Settings of what runs by itself, for settings_table.cc. Internal to server/.
namespace enks::server {

void AddJwksSettings(std::vector<Setting>& table);
void AddJobSettings(std::vector<Setting>& table);  // and of the store

}  // namespace enks::server
