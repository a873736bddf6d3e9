#include "attestation/upstream.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "attestation/upstream_url.h"

namespace enks::attestation {
namespace {

using http::CallOutcome;
using http::CallResult;

constexpr int kTooManyRequests = 429;
constexpr int kServerErrors = 500;

enum class Sign { kWorks, kFails, kNothing };

// What a call says about the upstream's health.
Sign SignOf(const CallResult& result) {
  switch (result.outcome) {
    case CallOutcome::kAnswered:
      return result.response.status == kTooManyRequests || result.response.status >= kServerErrors
                 ? Sign::kFails
                 : Sign::kWorks;
    case CallOutcome::kNoConnection:
    case CallOutcome::kNotTrusted:
    case CallOutcome::kTimedOut:
    case CallOutcome::kBadAnswer:
      return Sign::kFails;
    case CallOutcome::kBadRequest:
    case CallOutcome::kTooMany:
    case CallOutcome::kHeldBack:
    case CallOutcome::kStopped:
      return Sign::kNothing;
  }
  return Sign::kNothing;
}

// The label of a call: how it ended, or the class of the answer's status.
std::string OutcomeLabel(const CallResult& result) {
  static constexpr std::array<std::string_view, http::kCallOutcomeCount> kNames = {
      "answered",    "no_connection", "not_trusted", "timed_out", "bad_answer",
      "bad_request", "too_many",      "held_back",   "stopped",
  };
  const int hundreds = result.response.status / 100;
  if (result.outcome == CallOutcome::kAnswered && hundreds >= 1 && hundreds <= 5) {
    return fmt::format("{}xx", hundreds);
  }
  return std::string(kNames[static_cast<std::size_t>(result.outcome)]);
}

std::string Join(std::string_view base, std::string_view path) {
  if (base.ends_with('/') && path.starts_with('/')) base.remove_suffix(1);
  return std::string(base).append(path);
}

class HttpUpstream final : public Upstream {
 public:
  HttpUpstream(UpstreamOptions options, const base::Clock& clock, metrics::Metrics& metrics)
      : options_(std::move(options)),
        clock_(clock),
        metrics_(metrics),
        circuit_open_(metrics.MakeGauge("enks_attestation_upstream_circuit_open",
                                        "1 while an upstream of attestations is left alone.",
                                        {{"upstream", options_.name}})),
        in_flight_gauge_(metrics.MakeGauge("enks_attestation_upstream_calls_in_flight",
                                           "Calls to an upstream of attestations under way.",
                                           {{"upstream", options_.name}})),
        circuit_(options_.circuit),
        client_(http::AsyncClient::Create(
            {.calls_max = options_.calls_max, .answer_bytes_max = options_.answer_bytes_max})) {
    circuit_open_.Set(0);
    in_flight_gauge_.Set(0);
  }

  void Post(UpstreamCall call, Done done) override;
  void Stop() override { client_->Stop(); }
  const std::string& name() const override { return options_.name; }

 private:
  // A call from Post() to its `done`.
  struct Posted {
    UpstreamCall call;
    Done done;
    Circuit::Pass pass = Circuit::Pass::kOrdinary;
    std::chrono::nanoseconds deadline{0};
  };

  std::optional<Circuit::Pass> Admit();
  void Attempt(Posted posted);
  void OnResult(Posted posted, CallResult result);
  bool MayRetry(const Posted& posted, const CallResult& result) const;
  void GiveBack(const Posted& posted, const CallResult& result);
  void ShowState();
  void Count(const CallResult& result);

  const UpstreamOptions options_;
  const base::Clock& clock_;
  metrics::Metrics& metrics_;
  metrics::Gauge circuit_open_;     // set under mutex_
  metrics::Gauge in_flight_gauge_;  // set under mutex_
  std::mutex mutex_;
  Circuit circuit_;            // guarded by mutex_
  std::size_t in_flight_ = 0;  // guarded by mutex_
  // Last, so that it goes first: its thread calls the above.
  const std::unique_ptr<http::AsyncClient> client_;
};

void HttpUpstream::Post(UpstreamCall call, Done done) {
  const auto pass = Admit();
  if (!pass) {
    CallResult held_back{CallOutcome::kHeldBack, {}};
    Count(held_back);
    return done(std::move(held_back));
  }
  const auto deadline = clock_.Monotonic() + options_.timeout;
  Attempt({std::move(call), std::move(done), *pass, deadline});
}

std::optional<Circuit::Pass> HttpUpstream::Admit() {
  const std::lock_guard lock(mutex_);
  const auto pass = circuit_.Admit(clock_.Monotonic());
  if (pass) ++in_flight_;
  ShowState();
  return pass;
}

void HttpUpstream::Attempt(Posted posted) {
  // Never none at all, which libcurl takes for "no limit".
  const auto left =
      std::max(std::chrono::ceil<std::chrono::milliseconds>(posted.deadline - clock_.Monotonic()),
               std::chrono::milliseconds(1));
  http::Call call{.method = "POST",
                  .url = Join(options_.base_url, posted.call.path),
                  .headers = posted.call.headers,
                  .body = posted.call.make_body(),
                  .timeout = left};
  client_->Send(std::move(call), [this, posted = std::move(posted)](CallResult result) mutable {
    OnResult(std::move(posted), std::move(result));
  });
}

void HttpUpstream::OnResult(Posted posted, CallResult result) {
  Count(result);
  if (MayRetry(posted, result)) {
    posted.call.retry = UpstreamCall::Retry::kNever;
    return Attempt(std::move(posted));
  }
  GiveBack(posted, result);
  posted.done(std::move(result));
}

bool HttpUpstream::MayRetry(const Posted& posted, const CallResult& result) const {
  return posted.call.retry == UpstreamCall::Retry::kOnceWithoutConnection &&
         result.outcome == CallOutcome::kNoConnection && clock_.Monotonic() < posted.deadline;
}

void HttpUpstream::GiveBack(const Posted& posted, const CallResult& result) {
  const std::lock_guard lock(mutex_);
  switch (SignOf(result)) {
    case Sign::kWorks:
      circuit_.Succeeded(posted.pass);
      break;
    case Sign::kFails:
      circuit_.Failed(posted.pass, clock_.Monotonic());
      break;
    case Sign::kNothing:
      circuit_.GivenUp(posted.pass);
      break;
  }
  --in_flight_;
  ShowState();
}

void HttpUpstream::ShowState() {
  circuit_open_.Set(circuit_.state() == Circuit::State::kClosed ? 0 : 1);
  in_flight_gauge_.Set(static_cast<double>(in_flight_));
}

void HttpUpstream::Count(const CallResult& result) {
  metrics_
      .MakeCounter("enks_attestation_upstream_calls_total",
                   "Calls to an upstream of attestations, retries included, by how they ended.",
                   {{"upstream", options_.name}, {"outcome", OutcomeLabel(result)}})
      .Add();
}

}  // namespace

Result<std::unique_ptr<Upstream>> Upstream::Create(UpstreamOptions options,
                                                   const base::Clock& clock,
                                                   metrics::Metrics& metrics) {
  ENKS_TRY(CheckUpstreamUrl(options.base_url));
  return std::make_unique<HttpUpstream>(std::move(options), clock, metrics);
}

}  // namespace enks::attestation
