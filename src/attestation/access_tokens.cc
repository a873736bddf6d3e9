#include "attestation/access_tokens.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "attestation/json_answer.h"
#include "attestation/jwt_text.h"
#include "attestation/strict_json.h"
#include "attestation/upstream_judgement.h"
#include "http/header_field.h"
#include "json/writer.h"

namespace enks::attestation {
namespace {

constexpr std::chrono::hours kAssertionLifetime{1};
// Google gives an hour; nobody is believed who gives more than a day.
constexpr std::int64_t kLifetimeSecondsMax = 24 * 60 * 60;

struct Granted {
  std::string token;
  std::chrono::seconds lifetime{0};
};

// RFC 6749 section 5.1.
std::optional<Granted> ReadGrant(const http::Response& response) {
  if (!IsJson(response)) return std::nullopt;
  const json::Document document(response.body);
  if (!CheckStrictObject(document).ok()) return std::nullopt;
  MemberReader reader(document.Root());
  auto token = reader.Text("access_token");
  const auto type = reader.Text("token_type");
  const auto seconds = reader.Integer("expires_in");
  if (!token || token->empty() || !http::IsHeaderValue(*token)) return std::nullopt;
  if (!type || !http::SameIgnoringCase(*type, "Bearer")) return std::nullopt;
  if (!seconds || *seconds <= 0) return std::nullopt;
  return Granted{*std::move(token), std::chrono::seconds(std::min(*seconds, kLifetimeSecondsMax))};
}

class GoogleTokens final : public AccessTokens, public std::enable_shared_from_this<GoogleTokens> {
 public:
  GoogleTokens(std::string name, std::string scope, secrets::ServiceAccount account,
               Upstream& endpoint, Alarms& alarms, const base::Clock& clock)
      : name_(std::move(name)),
        scope_(std::move(scope)),
        account_(std::move(account)),
        endpoint_(endpoint),
        alarms_(alarms),
        clock_(clock) {}

  void Get(Done done) override;
  void Drop(std::string_view token) override;

 private:
  enum class Place { kServed, kFirst, kBehind, kNone };
  Place TakePlace(Done& done, std::string& token);
  void Ask();
  std::string Form() const;
  void OnAnswer(const http::CallResult& result, std::chrono::nanoseconds asked);
  std::optional<Granted> Read(const http::CallResult& result) const;

  const std::string name_;
  const std::string scope_;
  const secrets::ServiceAccount account_;
  Upstream& endpoint_;
  Alarms& alarms_;
  const base::Clock& clock_;

  std::mutex mutex_;
  std::string token_;                        // guarded by mutex_; empty: none
  std::chrono::nanoseconds fresh_until_{0};  // of the monotonic clock; guarded by mutex_
  std::vector<Done> waiting_;                // for the call under way; guarded by mutex_
};

void GoogleTokens::Get(Done done) {
  std::string token;
  switch (TakePlace(done, token)) {
    case Place::kServed:
      return done(std::move(token));
    case Place::kFirst:
      return Ask();
    case Place::kBehind:
      return;
    case Place::kNone:
      alarms_.Raise(AlarmCause::kTooManyCalls, endpoint_.name(), name_, 0);
      return done("");
  }
}

GoogleTokens::Place GoogleTokens::TakePlace(Done& done, std::string& token) {
  const std::lock_guard lock(mutex_);
  if (!token_.empty() && clock_.Monotonic() < fresh_until_) {
    token = token_;
    return Place::kServed;
  }
  if (waiting_.size() >= kAccessTokenWaitersMax) return Place::kNone;
  waiting_.push_back(std::move(done));
  return waiting_.size() == 1 ? Place::kFirst : Place::kBehind;
}

void GoogleTokens::Ask() {
  UpstreamCall call{.path = "",
                    .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                    .make_body = [self = shared_from_this()] { return self->Form(); },
                    .retry = UpstreamCall::Retry::kOnceWithoutConnection};
  endpoint_.Post(std::move(call),
                 [self = shared_from_this(), asked = clock_.Monotonic()](
                     const http::CallResult& result) { self->OnAnswer(result, asked); });
}

std::string GoogleTokens::Form() const {
  const auto now = clock_.Now();
  json::Writer header, claims;
  header.BeginObject().Name("alg").Text("RS256").Name("typ").Text("JWT").EndObject();
  claims.BeginObject().Name("iss").Text(account_.email()).Name("scope").Text(scope_);
  claims.Name("aud").Text(account_.token_uri());
  claims.Name("iat").Int(now.time_since_epoch().count());
  claims.Name("exp").Int((now + kAssertionLifetime).time_since_epoch().count()).EndObject();
  std::string input = JwtSigningInput(std::move(header).Take(), std::move(claims).Take());
  const base::Bytes signature = account_.Sign(base::AsBytes(input));
  // Nothing in a token needs escaping in a form.
  return "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
         SignedJwt(std::move(input), signature);
}

std::optional<Granted> GoogleTokens::Read(const http::CallResult& result) const {
  Judgement judgement = JudgeTokenEndpoint(result);
  std::optional<Granted> granted;
  if (judgement.reason == Reason::kNone) {
    granted = ReadGrant(result.response);
    if (!granted) judgement.alarm = AlarmCause::kUpstreamDown;
  }
  const bool is_answer = result.outcome == http::CallOutcome::kAnswered;
  if (judgement.alarm) {
    alarms_.Raise(*judgement.alarm, endpoint_.name(), name_,
                  is_answer ? result.response.status : 0);
  }
  return granted;
}

// Whoever waited gets the token even if it ends too soon to be kept.
void GoogleTokens::OnAnswer(const http::CallResult& result, std::chrono::nanoseconds asked) {
  const auto granted = Read(result);
  std::vector<Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    token_ = granted ? granted->token : "";
    if (granted) fresh_until_ = asked + granted->lifetime - kAccessTokenMargin;
    waiting.swap(waiting_);
  }
  for (Done& done : waiting) done(granted ? granted->token : "");
}

void GoogleTokens::Drop(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (token_ == token) token_.clear();
}

}  // namespace

std::shared_ptr<AccessTokens> AccessTokens::Create(std::string name, std::string scope,
                                                   secrets::ServiceAccount account,
                                                   Upstream& endpoint, Alarms& alarms,
                                                   const base::Clock& clock) {
  return std::make_shared<GoogleTokens>(std::move(name), std::move(scope), std::move(account),
                                        endpoint, alarms, clock);
}

}  // namespace enks::attestation
