#include "attestation/upstream_judgement.h"

#include <algorithm>
#include <array>

#include "http/header_field.h"

namespace enks::attestation {
namespace {

using http::CallOutcome;

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kTooManyRequests = 429;
constexpr int kServerErrors = 500;

constexpr Judgement kAccepted = {Reason::kNone, std::nullopt};
constexpr Judgement kRejected = {Reason::kUpstreamRejected, std::nullopt};

Judgement Unavailable(AlarmCause cause) {
  return {Reason::kUnavailable, cause};
}

std::string_view WithoutBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Apple answers 400 both to a bad device and to a request of ours that is not well made. These are
// ours; the wordings for a bad device vary.
bool IsOurFault(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kOurs = {
      "Bad Timestamp", "Bad Bits", "Bad Payload", "Bad Authorization Token"};
  return std::ranges::any_of(kOurs, [text = WithoutBlanks(text)](std::string_view ours) {
    return http::SameIgnoringCase(text, ours);
  });
}

}  // namespace

Judgement JudgeSilence(CallOutcome outcome) {
  switch (outcome) {
    case CallOutcome::kAnswered:
    case CallOutcome::kNoConnection:
    case CallOutcome::kTimedOut:
    case CallOutcome::kBadAnswer:
      return Unavailable(AlarmCause::kUpstreamDown);
    case CallOutcome::kNotTrusted:
    case CallOutcome::kBadRequest:
      return Unavailable(AlarmCause::kOurConfiguration);
    case CallOutcome::kTooMany:
      return Unavailable(AlarmCause::kTooManyCalls);
    case CallOutcome::kHeldBack:
    case CallOutcome::kStopped:
      return {};
  }
  return {};
}

Judgement JudgeStatus(int status) {
  if (status == kTooManyRequests) return Unavailable(AlarmCause::kBackOff);
  if (status >= kServerErrors) return Unavailable(AlarmCause::kUpstreamDown);
  // A redirect, 403, 404, 405: this is not the address, or not ours to use.
  return Unavailable(AlarmCause::kOurConfiguration);
}

Judgement JudgeDeviceCheck(const http::CallResult& result) {
  if (result.outcome != CallOutcome::kAnswered) return JudgeSilence(result.outcome);
  switch (result.response.status) {
    case kOk:
      return kAccepted;
    case kBadRequest:
      return IsOurFault(result.response.body) ? Unavailable(AlarmCause::kOurRequest) : kRejected;
    case kUnauthorized:
      return Unavailable(AlarmCause::kOurCredentials);
    default:
      return JudgeStatus(result.response.status);
  }
}

Judgement JudgeDecoding(const http::CallResult& result) {
  if (result.outcome != CallOutcome::kAnswered) return JudgeSilence(result.outcome);
  switch (result.response.status) {
    case kOk:
      return kAccepted;
    case kBadRequest:
      return kRejected;
    case kUnauthorized:
    case kForbidden:  // also: the project is not linked to the app
      return Unavailable(AlarmCause::kOurCredentials);
    default:
      return JudgeStatus(result.response.status);
  }
}

Judgement JudgeTokenEndpoint(const http::CallResult& result) {
  if (result.outcome != CallOutcome::kAnswered) return JudgeSilence(result.outcome);
  switch (result.response.status) {
    case kOk:
      return kAccepted;
    case kBadRequest:  // RFC 6749 section 5.2: invalid_grant, invalid_client and the like
    case kUnauthorized:
    case kForbidden:
      return Unavailable(AlarmCause::kOurCredentials);
    default:
      return JudgeStatus(result.response.status);
  }
}

}  // namespace enks::attestation
