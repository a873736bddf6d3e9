#include "attestation/device_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "attestation/upstream_judgement.h"
#include "base/base64.h"
#include "json/writer.h"

namespace enks::attestation {
namespace {

constexpr std::string_view kPath = "/v1/validate_device_token";
constexpr int kUnauthorized = 401;

// Apple gives out ids of ten letters and digits.
constexpr std::size_t kIdCharactersMax = 32;

bool IsId(std::string_view id) {
  return !id.empty() && id.size() <= kIdCharactersMax &&
         std::ranges::all_of(id, [](unsigned char c) { return c < 0x80 && std::isalnum(c); });
}

// RFC 9562 section 5.4: version 4. Nothing of an upload goes in.
std::string RandomUuid(base::Random& random) {
  std::array<std::uint8_t, 16> bytes;
  random.Fill(bytes);
  bytes[6] = static_cast<std::uint8_t>(0x40 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
  const std::string hex = base::ToHex(bytes);
  const std::string_view text = hex;
  return fmt::format("{}-{}-{}-{}-{}", text.substr(0, 8), text.substr(8, 4), text.substr(12, 4),
                     text.substr(16, 4), text.substr(20));
}

// Shared with the calls under way, since a policy may be replaced while Apple thinks.
struct Asker {
  Asker(DeviceCheckPolicy policy, Upstream& upstream, Alarms& all_alarms, const base::Clock& time,
        base::Random& source)
      : name(std::move(policy.name)),
        credentials(std::move(policy.key), time),
        apple(upstream),
        alarms(all_alarms),
        clock(time),
        random(source) {}

  std::string Body(const std::string& device_token) const {
    const auto now = std::chrono::milliseconds(clock.Now().time_since_epoch());
    json::Writer writer;
    writer.BeginObject().Name("device_token").Text(device_token);
    writer.Name("transaction_id").Text(RandomUuid(random));
    writer.Name("timestamp").Int(now.count()).EndObject();
    return std::move(writer).Take();
  }

  Reason Conclude(const http::CallResult& result) {
    const Judgement judgement = JudgeDeviceCheck(result);
    if (result.response.status == kUnauthorized) credentials.Forget();
    if (judgement.alarm) Alarm(*judgement.alarm, result);
    return judgement.reason;
  }

  void Alarm(AlarmCause cause, const http::CallResult& result) const {
    const bool is_answer = result.outcome == http::CallOutcome::kAnswered;
    alarms.Raise(cause, apple.name(), name, is_answer ? result.response.status : 0);
  }

  const std::string name;
  AppleCredentials credentials;
  Upstream& apple;
  Alarms& alarms;
  const base::Clock& clock;
  base::Random& random;
};

class AppleDeviceCheck final : public DeviceCheck {
 public:
  explicit AppleDeviceCheck(std::shared_ptr<Asker> asker) : asker_(std::move(asker)) {}

  void Validate(base::ByteView device_token, Done done) override {
    const auto jwt = asker_->credentials.Token();
    if (!jwt.ok()) {
      asker_->alarms.Raise(AlarmCause::kOurConfiguration, asker_->apple.name(), asker_->name, 0);
      return done(Reason::kConfigError);
    }
    UpstreamCall call{
        .path = std::string(kPath),
        .headers = {{"Authorization", "Bearer " + *jwt}, {"Content-Type", "application/json"}},
        // Apple wants standard base64 without line breaks, and a transaction of its own a call.
        .make_body = [asker = asker_,
                      token = base::ToBase64(device_token)] { return asker->Body(token); },
        .retry = UpstreamCall::Retry::kOnceWithoutConnection};
    asker_->apple.Post(std::move(call), [asker = asker_, done = std::move(done)](
                                            const http::CallResult& result) mutable {
      done(asker->Conclude(result));
    });
  }

 private:
  const std::shared_ptr<Asker> asker_;
};

}  // namespace

std::optional<base::Bytes> ReadDeviceToken(std::string_view text) {
  auto token = base::FromAnyBase64(text);
  if (!token || token->empty() || token->size() > kDeviceTokenBytesMax) return std::nullopt;
  return token;
}

Result<std::unique_ptr<DeviceCheck>> DeviceCheck::Create(DeviceCheckPolicy policy, Upstream& apple,
                                                         Alarms& alarms, const base::Clock& clock,
                                                         base::Random& random) {
  if (!IsId(policy.key.team_id) || !IsId(policy.key.key_id)) {
    return absl::InvalidArgumentError(
        "DeviceCheck needs the id of a team and of its key: letters and digits");
  }
  if (policy.key.signer == nullptr) {
    return absl::InvalidArgumentError("DeviceCheck needs the team's private key");
  }
  return std::make_unique<AppleDeviceCheck>(
      std::make_shared<Asker>(std::move(policy), apple, alarms, clock, random));
}

}  // namespace enks::attestation
