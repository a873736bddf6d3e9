#pragma once

#include <optional>
#include <string_view>

#include "attestation/alarms.h"
#include "attestation/reason.h"
#include "http/async_client.h"

// What the answers of Apple and Google mean for an upload, and for whoever runs this server.
namespace enks::attestation {

struct Judgement {
  Reason reason = Reason::kUnavailable;
  std::optional<AlarmCause> alarm;

  bool operator==(const Judgement&) const = default;
};

// Of a call that got no answer: always kUnavailable. Calls that were held back raise no alarm; the
// failures before them did.
Judgement JudgeSilence(http::CallOutcome outcome);

// Of an answer whose status means the same for all upstreams: 429, 5xx, and what none should say.
Judgement JudgeStatus(int status);

// Of Apple's validate_device_token. The text counts only with status 400.
Judgement JudgeDeviceCheck(const http::CallResult& result);

// Of Google's decodeIntegrityToken, as far as its status goes: kNone if there is a body to read.
Judgement JudgeDecoding(const http::CallResult& result);

// Of an OAuth token endpoint; likewise.
Judgement JudgeTokenEndpoint(const http::CallResult& result);

}  // namespace enks::attestation
