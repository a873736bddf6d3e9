#include "publish/decoy_work.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "authority/certificate_issuer.h"
#include "authority/tek_mac.h"
#include "base/base64.h"
#include "base/check.h"
#include "crypto/ecdsa.h"
#include "exposure/interval.h"
#include "publish/upload_request.h"

namespace enks::publish {
namespace {

using exposure::SubmittedKey;

constexpr const char* kApp = "decoy";
constexpr const char* kIssuer = "https://issuer.of.decoys.example";
constexpr const char* kAudience = "https://key.server.of.decoys.example";
constexpr const char* kKeyVersion = "v1";
constexpr std::string_view kHmacKey = "0123456789abcdef";
constexpr std::uint8_t kKeys = 14;  // what a phone keeps: one a day for two weeks
// Longer than any process runs.
constexpr std::chrono::hours kLifetime{24 * 365 * 10};

std::vector<SubmittedKey> MakeKeys(base::UnixTime now) {
  std::vector<SubmittedKey> keys;
  const std::int32_t today = exposure::IntervalAt(exposure::UtcMidnight(now)).number;
  for (std::uint8_t age = 1; age <= kKeys; ++age) {
    const base::Bytes data(16, age);
    keys.push_back({base::ToBase64(data), today - age * 144, 144, 3});
  }
  return keys;
}

std::string MakeBody(const std::vector<SubmittedKey>& keys, const std::string& certificate) {
  std::string list;
  for (const SubmittedKey& key : keys) {
    list += fmt::format(
        R"({}{{"key":"{}","rollingStartNumber":{},"rollingPeriod":{},"transmissionRisk":{}}})",
        list.empty() ? "" : ",", key.key_base64, key.rolling_start, key.rolling_period,
        key.transmission_risk);
  }
  return fmt::format(
      R"({{"temporaryExposureKeys":[{}],"healthAuthorityID":"{}","verificationPayload":"{}",)"
      R"("hmacKey":"{}","padding":"{}"}})",
      list, kApp, certificate, base::ToBase64(base::AsBytes(kHmacKey)), std::string(2048, 'p'));
}

}  // namespace

DecoyWork::DecoyWork(const exposure::UploadRules& rules, base::UnixTime now)
    : rules_(rules), verifier_(authority::CertificateRules()) {
  const crypto::EcdsaPrivateKey key = crypto::EcdsaPrivateKey::Generate();
  const std::vector<SubmittedKey> keys = MakeKeys(now);
  authority::CertificateOrder order;
  order.issuer = kIssuer;
  order.audience = kAudience;
  order.key_version = kKeyVersion;
  order.issued_at = now;
  order.lifetime = kLifetime;
  order.tek_mac = authority::AllowedTekMacs(keys, base::AsBytes(kHmacKey)).front();
  body_ = MakeBody(keys, authority::IssueCertificate(order, key));

  store::AuthorizedApp app;
  app.name = kApp;
  app.health_authority_ids = {1};
  store::HealthAuthority issuer;
  issuer.id = 1;
  issuer.issuer = kIssuer;
  issuer.audience = kAudience;
  issuer.keys.push_back(
      {kKeyVersion, now - std::chrono::hours(1), std::nullopt, key.PublicKey().ToPem()});
  directory_ = std::make_unique<const authority::DirectorySnapshot>(
      std::vector<store::AuthorizedApp>{std::move(app)},
      std::vector<store::HealthAuthority>{std::move(issuer)});
}

std::size_t DecoyWork::Do(base::UnixTime now) const {
  const auto read = ReadUploadRequest({"application/json", body_, false}, Api::kV1);
  const auto* upload = std::get_if<UploadRequest>(&read);
  ENKS_CHECK(upload != nullptr);
  const store::AuthorizedApp* app = directory_->FindApp(upload->health_authority_id);
  ENKS_CHECK(app != nullptr);
  const authority::CertificateVerdict verdict = verifier_.Verify(
      upload->verification_payload, upload->hmac_key, upload->keys, *app, *directory_, now);
  // A clock that was set back makes the certificate one of the future, at the same cost.
  if (!verdict.certificate) return 0;
  return exposure::Assess(upload->keys, upload->symptom_onset, verdict.certificate->diagnosis, now,
                          rules_)
      .accepted.size();
}

}  // namespace enks::publish
