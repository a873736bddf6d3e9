#include "attestation/issuing/fake_device_check.h"

#include <charconv>
#include <chrono>
#include <utility>

#include "attestation/issuing/received_jwt.h"
#include "attestation/strict_json.h"
#include "base/base64.h"
#include "crypto/digest.h"

namespace enks::attestation::issuing {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kValidUntil = "VALID UNTIL ";
constexpr std::int64_t kJwtAgeSecondsMax = 60 * 60;
constexpr std::chrono::minutes kTimestampOffMax{5};
constexpr std::size_t kUuidCharacters = 36;

FakeAnswer Say(int status, std::string text) {
  FakeAnswer answer;
  answer.response.status = status;
  answer.response.body = std::move(text);
  return answer;
}

}  // namespace

FakeDeviceCheck::FakeDeviceCheck(Expected expected, const base::Clock& clock)
    : expected_(std::move(expected)),
      clock_(clock),
      server_([this](const http::Request& request) { return Answer(request); }) {}

std::vector<FakeDeviceCheck::Call> FakeDeviceCheck::Calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::vector<std::string> FakeDeviceCheck::Refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

FakeAnswer FakeDeviceCheck::Refuse(int status, std::string why, std::string text) {
  const std::lock_guard lock(mutex_);
  refusals_.push_back(std::move(why));
  return Say(status, std::move(text));
}

FakeAnswer FakeDeviceCheck::Answer(const http::Request& request) {
  if (request.path != "/v1/validate_device_token") return Refuse(404, "path", "Not Found");
  if (request.method != "POST") return Refuse(405, "method", "Method Not Allowed");
  if (request.Header("Content-Type") != "application/json") {
    return Refuse(400, "content type", "Bad Payload");
  }
  const std::string_view authorization = request.Header("Authorization");
  if (!authorization.starts_with(kBearer)) {
    return Refuse(400, "authorization", "Bad Authorization Token");
  }
  const std::string_view jwt = authorization.substr(kBearer.size());
  const std::string fault = FaultOfJwt(jwt);
  if (!fault.empty()) return Refuse(401, fault, "Invalid Authorization Token");
  return AnswerBody(request, jwt);
}

std::string FakeDeviceCheck::FaultOfJwt(std::string_view jwt) const {
  const auto parts = TakeApart(jwt);
  if (!parts) return "jwt parts";
  const json::Document header_text(parts->header), claims_text(parts->claims);
  if (!CheckStrictObject(header_text).ok() || !CheckStrictObject(claims_text).ok()) {
    return "jwt json";
  }
  MemberReader header(header_text.Root()), claims(claims_text.Root());
  if (header.Text("alg") != "ES256") return "jwt alg";
  if (header.Text("kid") != expected_.key_id) return "jwt kid";
  if (claims.Text("iss") != expected_.team_id) return "jwt iss";
  const auto issued = claims.Integer("iat");
  const std::int64_t now = clock_.Now().time_since_epoch().count();
  if (!issued || *issued > now || now - *issued > kJwtAgeSecondsMax) return "jwt iat";
  const auto digest = crypto::Sha256(base::AsBytes(parts->signing_input));
  return expected_.key.VerifyRaw(digest, parts->signature) ? "" : "jwt signature";
}

FakeAnswer FakeDeviceCheck::AnswerBody(const http::Request& request, std::string_view jwt) {
  const json::Document document(request.body);
  if (!CheckStrictObject(document).ok()) return Refuse(400, "body", "Bad Payload");
  MemberReader body(document.Root());
  const auto token = body.Text("device_token");
  const auto transaction = body.Text("transaction_id");
  const auto timestamp = body.Integer("timestamp");
  if (!token || token->find_first_of("\r\n") != std::string::npos) {
    return Refuse(400, "device_token", "Bad Device Token");
  }
  const auto bytes = base::FromAnyBase64(*token);
  if (!bytes || base::ToBase64(*bytes) != *token) {
    return Refuse(400, "device_token base64", "Bad Device Token");
  }
  const auto now = std::chrono::milliseconds(clock_.Now().time_since_epoch());
  if (!timestamp ||
      std::chrono::abs(std::chrono::milliseconds(*timestamp) - now) > kTimestampOffMax) {
    return Refuse(400, "timestamp", "Bad Timestamp");
  }
  if (!transaction || transaction->size() != kUuidCharacters) {
    return Refuse(400, "transaction_id", "Bad Payload");
  }
  {
    const std::lock_guard lock(mutex_);
    if (transactions_.insert(*transaction).second) {
      calls_.push_back({*transaction, std::string(jwt), request.body});
    } else {
      refusals_.push_back("transaction_id repeated");
      return Say(400, "Bad Payload");
    }
  }
  return AnswerToken(base::AsText(*bytes));
}

bool FakeDeviceCheck::IsStale(std::string_view device_token) const {
  if (!device_token.starts_with(kValidUntil)) return false;
  device_token.remove_prefix(kValidUntil.size());
  std::int64_t until = 0;
  std::from_chars(device_token.data(), device_token.data() + device_token.size(), until);
  return clock_.Now().time_since_epoch().count() > until;
}

FakeAnswer FakeDeviceCheck::AnswerToken(std::string_view device_token) {
  if (device_token.starts_with("BAD") || IsStale(device_token)) {
    return Say(400, "Bad Device Token");
  }
  if (device_token.starts_with("VALID")) return Say(200, "");
  if (device_token.starts_with("HANGUP ONCE")) {
    const std::lock_guard lock(mutex_);
    if (!hung_up_.insert(std::string(device_token)).second) return Say(200, "");
  }
  return ScriptedAnswer(device_token, Say(200, ""));
}

}  // namespace enks::attestation::issuing
