#pragma once

#include <optional>
#include <string>

#include "exposure/rules.h"

// The checks that one key of an upload must pass on its own: spec/publish.md section 6, "Per key".
namespace enks::exposure {

// The intervals between which a key of an upload received at some moment may lie.
struct KeyLimits {
  Interval oldest_end;    // interval(T - key_age_max): a key may not end before it
  Interval newest_start;  // interval(T): a key may not start after it
};

KeyLimits LimitsAt(UnixTime now, const UploadRules& rules);

// The key's data, or why it cannot be imported. `fault` never holds any of the key's data.
struct KeyCheck {
  std::optional<KeyData> data;
  std::string fault;
};

// The first check that fails gives the fault: base64, length, period, age, start, risk.
KeyCheck CheckKey(const SubmittedKey& key, const KeyLimits& limits);

}  // namespace enks::exposure
