#include "base/check.h"
#include "input.h"
#include "server/settings_load.h"
#include "server/settings_table.h"

namespace enks::fuzz {

// Settings that can be read can be written, and what was written is read as the same settings.
void Run(base::ByteView bytes) {
  server::Settings settings;
  if (!server::ApplySettingsText(base::AsText(bytes), "fuzz.toml", settings).ok()) return;
  const std::string text = server::SettingsFileText(settings);
  server::Settings again;
  ENKS_CHECK(server::ApplySettingsText(text, "written.toml", again).ok());
  ENKS_CHECK(server::SettingsFileText(again) == text);
  (void)server::CheckSettings(settings);
}

}  // namespace enks::fuzz
