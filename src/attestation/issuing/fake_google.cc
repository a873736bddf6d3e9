#include "attestation/issuing/fake_google.h"

#include <fmt/core.h>

#include <utility>

#include "attestation/issuing/received_jwt.h"
#include "attestation/strict_json.h"

namespace enks::attestation::issuing {
namespace {

constexpr std::string_view kScope = "https://www.googleapis.com/auth/playintegrity";
constexpr std::string_view kForm =
    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
constexpr std::int64_t kAssertionSecondsMax = 3600;

FakeAnswer Json(int status, std::string body) {
  FakeAnswer answer;
  answer.response.status = status;
  answer.response.headers = {{"Content-Type", "application/json; charset=UTF-8"}};
  answer.response.body = std::move(body);
  return answer;
}

std::string Envelope(int status, std::string_view name) {
  return fmt::format(R"({{"error":{{"code":{},"message":"no","status":"{}"}}}})", status, name);
}

}  // namespace

FakeGoogle::FakeGoogle(Expected expected, const base::Clock& clock)
    : expected_(std::move(expected)),
      clock_(clock),
      server_([this](const http::Request& request) { return Answer(request); }) {}

void FakeGoogle::Teach(const std::string& integrity_token, const std::string& verdict) {
  const std::lock_guard lock(mutex_);
  verdicts_[integrity_token] = verdict;
}

void FakeGoogle::ScriptTokenEndpoint(std::string script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

void FakeGoogle::SetTokenLifetime(int seconds) {
  const std::lock_guard lock(mutex_);
  lifetime_ = seconds;
}

void FakeGoogle::Revoke() {
  const std::lock_guard lock(mutex_);
  good_token_.clear();
}

int FakeGoogle::TokenCalls() const {
  const std::lock_guard lock(mutex_);
  return token_calls_;
}

int FakeGoogle::DecodeCalls() const {
  const std::lock_guard lock(mutex_);
  return decode_calls_;
}

std::vector<std::string> FakeGoogle::Refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

FakeAnswer FakeGoogle::Refuse(int status, std::string why, std::string body) {
  const std::lock_guard lock(mutex_);
  refusals_.push_back(std::move(why));
  return Json(status, std::move(body));
}

FakeAnswer FakeGoogle::Answer(const http::Request& request) {
  if (request.method != "POST") return Refuse(405, "method", "{}");
  if (request.path == "/token") return AnswerTokenCall(request);
  if (request.path == "/v1/" + expected_.package + ":decodeIntegrityToken") {
    return AnswerDecodeCall(request);
  }
  return Refuse(404, "path", Envelope(404, "NOT_FOUND"));
}

FakeAnswer FakeGoogle::Grant() {
  const std::lock_guard lock(mutex_);
  good_token_ = fmt::format("ya29.fake-{}", token_calls_);
  return Json(200, fmt::format(R"({{"access_token":"{}","expires_in":{},"token_type":"Bearer"}})",
                               good_token_, lifetime_));
}

FakeAnswer FakeGoogle::AnswerTokenCall(const http::Request& request) {
  std::string script;
  {
    const std::lock_guard lock(mutex_);
    ++token_calls_;
    script = script_;
  }
  constexpr std::string_view kInvalidGrant = R"({"error":"invalid_grant"})";
  if (request.Header("Content-Type") != "application/x-www-form-urlencoded") {
    return Refuse(400, "content type", std::string(kInvalidGrant));
  }
  if (!request.body.starts_with(kForm)) {
    return Refuse(400, "form", R"({"error":"unsupported_grant_type"})");
  }
  const std::string fault = FaultOfAssertion(std::string_view(request.body).substr(kForm.size()));
  if (!fault.empty()) return Refuse(400, fault, std::string(kInvalidGrant));
  return ScriptedAnswer(script, Grant());
}

std::string FakeGoogle::FaultOfAssertion(std::string_view assertion) const {
  const auto parts = TakeApart(assertion);
  if (!parts) return "assertion parts";
  const json::Document header_text(parts->header), claims_text(parts->claims);
  if (!CheckStrictObject(header_text).ok() || !CheckStrictObject(claims_text).ok()) {
    return "assertion json";
  }
  MemberReader header(header_text.Root()), claims(claims_text.Root());
  if (header.Text("alg") != "RS256") return "assertion alg";
  if (claims.Text("iss") != expected_.email) return "assertion iss";
  if (claims.Text("aud") != TokenUri()) return "assertion aud";
  if (claims.Text("scope") != kScope) return "assertion scope";
  const auto issued = claims.Integer("iat"), expires = claims.Integer("exp");
  const std::int64_t now = clock_.Now().time_since_epoch().count();
  if (!issued || *issued > now) return "assertion iat";
  if (!expires || *expires <= now || *expires - *issued > kAssertionSecondsMax) {
    return "assertion exp";
  }
  return expected_.key.VerifySha256(base::AsBytes(parts->signing_input), parts->signature)
             ? ""
             : "assertion signature";
}

FakeAnswer FakeGoogle::AnswerDecodeCall(const http::Request& request) {
  {
    const std::lock_guard lock(mutex_);
    ++decode_calls_;
    if (good_token_.empty() || request.Header("Authorization") != "Bearer " + good_token_) {
      refusals_.push_back("bearer");
      return Json(401, Envelope(401, "UNAUTHENTICATED"));
    }
  }
  const json::Document document(request.body);
  if (request.Header("Content-Type") != "application/json" || !CheckStrictObject(document).ok()) {
    return Refuse(400, "body", Envelope(400, "INVALID_ARGUMENT"));
  }
  const auto token = MemberReader(document.Root()).Text("integrityToken");
  if (!token) return Refuse(400, "integrityToken", Envelope(400, "INVALID_ARGUMENT"));
  const std::lock_guard lock(mutex_);
  const auto known = verdicts_.find(*token);
  if (known == verdicts_.end()) {
    return ScriptedAnswer(*token, Json(400, Envelope(400, "INVALID_ARGUMENT")));
  }
  return ScriptedAnswer(*token, Json(200, R"({"tokenPayloadExternal":)" + known->second + "}"));
}

}  // namespace enks::attestation::issuing
