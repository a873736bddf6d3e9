#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "server/settings.h"

namespace enks::server {

// The name of the settings file inside the data folder.
inline constexpr std::string_view kSettingsFileName = "enks.toml";

// Where settings come from, weakest first: defaults, the file, the reference's variables, our own
// variables, overrides from the command line.
struct SettingsSources {
  std::filesystem::path data_folder;
  std::filesystem::path file;  // a missing file is an error unless `file_optional`
  bool file_optional = false;
  std::map<std::string, std::string> environment;
  std::vector<std::pair<std::string, std::string>> overrides;  // name, value
};

struct LoadedSettings {
  Settings settings;
  // What an operator should know although nothing is wrong: variables of the reference that have no
  // meaning here.
  std::vector<std::string> notes;
};

// Reads and checks everything. kInvalidArgument on the first unknown, unreadable or contradictory
// setting: the text names it, where it came from, what is allowed and how to mend it.
Result<LoadedSettings> LoadSettings(const SettingsSources& sources, base::Files& files);

// Sets what the TOML text of a settings file sets; `file` names it in errors. Does not look for
// contradictions. Takes any bytes.
Status ApplySettingsText(std::string_view text, std::string_view file, Settings& settings);

// Contradictions between settings that are each in range. OK, or kInvalidArgument as above.
Status CheckSettings(const Settings& settings);

}  // namespace enks::server
