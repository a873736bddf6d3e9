#pragma once

#include <chrono>
#include <optional>

#include "store/records.h"

namespace enks::recall {

// When the files of a configuration that hold what is released at `release_at` are due: once its
// window is over, `min_age` has passed and no upload can still get a release time in it. The job
// that makes them runs some time after (spec/export-pipeline.md section 3). Nothing if the
// configuration has ended before.
std::optional<base::UnixTime> FilesDue(const store::ExportConfig& config, base::UnixTime release_at,
                                       std::chrono::seconds min_age,
                                       std::chrono::seconds truncate_window);

}  // namespace enks::recall
