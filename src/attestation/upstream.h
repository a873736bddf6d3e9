#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "attestation/circuit.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/async_client.h"
#include "metrics/metrics.h"

namespace enks::attestation {

struct UpstreamOptions {
  std::string name;  // what operators call it: a label of metrics
  std::string base_url;
  std::chrono::milliseconds timeout{5000};  // of a call, its retry included
  std::size_t answer_bytes_max = 64 * 1024;
  std::size_t calls_max = 64;  // under way at once; beyond, kTooMany at once
  CircuitLimits circuit{};
};

// A POST to an upstream.
struct UpstreamCall {
  enum class Retry { kNever, kOnceWithoutConnection };

  std::string path;  // behind the base URL
  http::Headers headers;
  absl::AnyInvocable<std::string()> make_body;  // asked anew for a retry
  Retry retry = Retry::kNever;
};

// One server of Apple or Google. It may hang, fail or lie: callers never wait, each call ends in
// time, and after failures in a row it is left alone for a while (kHeldBack). No answer, a
// time-out, 429 and 5xx are failures; any other answer shows that it works. Each upstream has its
// own thread and bounds, so none can hold up another. Thread-safe.
//
// Counts calls by outcome. Nothing else is written down: no path, body, header field or answer.
class Upstream {
 public:
  using Done = absl::AnyInvocable<void(http::CallResult)>;

  // kInvalidArgument as CheckUpstreamUrl(). `clock` and `metrics` outlive the upstream.
  static Result<std::unique_ptr<Upstream>> Create(UpstreamOptions options, const base::Clock& clock,
                                                  metrics::Metrics& metrics);
  // Stops as Stop() does.
  virtual ~Upstream() = default;

  // Calls `done` exactly once, on any thread, perhaps before this returns. It must not block.
  virtual void Post(UpstreamCall call, Done done) = 0;
  // Ends all calls now, and those to come. Idempotent; must not be called by a `done`. A server
  // stops all its upstreams before it destroys the first, since a `done` may ask another one.
  virtual void Stop() = 0;

  virtual const std::string& name() const = 0;
};

}  // namespace enks::attestation
