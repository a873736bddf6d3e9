#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/settings.h"

namespace enks::server {

// Environment variables whose names begin so are ours.
inline constexpr std::string_view kOwnVariablePrefix = "ENKS_";

// A value as a settings file, a variable or a flag gives it. Variables and flags are always text.
using RawValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

// One setting, declared once: the file, the variables, the flags, `enks init` and the documentation
// all come from here.
struct Setting {
  std::string_view name;       // "publish.keys_max": section and key of the TOML file
  std::string_view reference;  // the reference's environment variable, or empty
  std::string_view help;       // one sentence
  std::string range;           // what is allowed, in words, with the unit

  // The present value as TOML text.
  std::function<std::string(const Settings&)> get;
  // Stores a value; says what is wrong with it otherwise.
  std::function<std::optional<std::string>(Settings&, const RawValue&)> set;

  // "ENKS_PUBLISH_KEYS_MAX"
  std::string Variable() const;
};

const std::vector<Setting>& SettingsTable();

// Null if there is no such setting.
const Setting* FindSetting(std::string_view name);

// The name of the setting whose name (or, for ENKS_…, whose variable) is nearest to `name` by edit
// distance, for "did you mean".
std::string_view NearestSetting(std::string_view name);

// The settings file that `enks init` writes: every setting with its sentence, range, variable and
// present value.
std::string SettingsFileText(const Settings& settings);

}  // namespace enks::server
