#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "attestation/policy.h"

// The knobs of a policy as a table, which reading, checking and describing share. Internal to
// policy_book.cc.
namespace enks::attestation {

// A value as TOML has it.
using KnobValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

// What is wrong with a value, or nothing; a phrase that follows the knob's name.
using KnobFault = std::optional<std::string>;

struct Knob {
  std::string_view name;  // below [policy."app"]: "mode", "safetynet.packages"
  std::string range;
  std::string initial;
  std::string_view help;
  // Relative paths start from `folder`.
  std::function<KnobFault(Policy&, const KnobValue&, const std::filesystem::path& folder)> set;
};

// All of them, in the order in which people read them.
const std::vector<Knob>& Knobs();

}  // namespace enks::attestation
