#pragma once

#include <optional>

#include "exposure/rules.h"

// Symptom onset: spec/publish.md section 8.
namespace enks::exposure {

struct Onset {
  Interval at;
  bool is_assumed = false;  // nobody named a usable one
};

// The onset that counts for an upload received at `now`: the request's if usable, else the
// certificate's if usable, else a fixed number of days ago.
Onset ChooseOnset(std::int32_t request_onset, const std::optional<Diagnosis>& diagnosis,
                  UnixTime now, const UploadRules& rules);

}  // namespace enks::exposure
