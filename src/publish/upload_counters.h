#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "metrics/metrics.h"
#include "publish/receipt.h"
#include "publish/upload_request.h"

namespace enks::publish {

// How the uploads of one endpoint ended, for /metrics. Counts, and nothing of any of them.
// Thread-safe. The metrics outlive it.
class UploadCounters {
 public:
  UploadCounters(metrics::Metrics& metrics, Api api);

  void Count(const Receipt& receipt);
  void CountDecoy() { decoys_.Add(); }
  void CountMaintenance() { maintenance_.Add(); }

 private:
  std::array<metrics::Counter, kEndingCount> uploads_;  // by Ending
  metrics::Counter maintenance_;
  metrics::Counter decoys_;
  metrics::Counter keys_;
};

// The label of an ending, e.g. "certificate_invalid".
std::string_view EndingName(Ending ending);

}  // namespace enks::publish
