#pragma once

#include <memory>

#include "http/message.h"
#include "metrics/metrics.h"

namespace enks::metrics {

// GET /metrics. `metrics` outlives the handler.
std::unique_ptr<http::Handler> MakeMetricsEndpoint(const Metrics& metrics);

}  // namespace enks::metrics
