#include <algorithm>

#include "attestation/issuing/evidence_json.h"
#include "authority/certificate.h"
#include "base/base64.h"
#include "json/writer.h"
#include "phone/upload.h"

namespace enks::phone {
namespace {

constexpr std::size_t kHmacKeyBytes = 32;

// What a typical upload holds, for cover that is built like one.
constexpr int kCoverKeys = 14;
constexpr std::size_t kCertificateBytes = 420;

base::Bytes RandomBytes(std::size_t size, base::Random& random) {
  base::Bytes bytes(size);
  random.Fill(bytes);
  return bytes;
}

void WriteKeys(const std::vector<exposure::SubmittedKey>& keys, json::Writer& writer) {
  writer.Name("temporaryExposureKeys").BeginArray();
  for (const exposure::SubmittedKey& key : keys) {
    writer.BeginObject().Name("key").Text(key.key_base64);
    writer.Name("rollingStartNumber").Int(key.rolling_start);
    writer.Name("rollingPeriod").Int(key.rolling_period);
    writer.Name("transmissionRisk").Int(key.transmission_risk).EndObject();
  }
  writer.EndArray();
}

std::string Write(const UploadContent& content, const std::string& padding) {
  json::Writer writer;
  writer.BeginObject();
  WriteKeys(content.keys, writer);
  writer.Name("healthAuthorityID").Text(content.health_authority_id);
  writer.Name("verificationPayload").Text(content.certificate);
  writer.Name("hmacKey").Text(content.hmac_key_base64);
  if (content.symptom_onset.number != 0) {
    writer.Name("symptomOnsetInterval").Int(content.symptom_onset.number);
  }
  if (content.traveler) writer.Name("traveler").Bool(true);
  if (!content.revision_token.empty()) writer.Name("revisionToken").Text(content.revision_token);
  if (content.attestation) {
    attestation::issuing::WriteDeviceAttestation(*content.attestation, writer);
  }
  writer.Name("padding").Text(padding).EndObject();
  return std::move(writer).Take();
}

std::vector<exposure::SubmittedKey> Submit(const std::vector<Tek>& keys, std::int64_t risk) {
  std::vector<exposure::SubmittedKey> submitted;
  for (const Tek& tek : keys) {
    submitted.push_back({.key_base64 = base::ToBase64(tek.key.bytes()),
                         .rolling_start = tek.start.number,
                         .rolling_period = tek.period,
                         .transmission_risk = risk});
  }
  return submitted;
}

}  // namespace

UploadContent PrepareUpload(const std::string& app_name, const std::vector<Tek>& keys,
                            const Disclosure& disclosure, const std::string& revision_token,
                            const HealthAuthority& authority, UnixTime now, base::Random& random) {
  UploadContent content{.health_authority_id = app_name,
                        .keys = Submit(keys, disclosure.transmission_risk),
                        .certificate = "",
                        .hmac_key_base64 = "",
                        .symptom_onset = disclosure.symptom_onset,
                        .traveler = disclosure.traveler,
                        .revision_token = revision_token};
  const base::Bytes hmac_key = RandomBytes(kHmacKeyBytes, random);
  content.hmac_key_base64 = base::ToBase64(hmac_key);
  Statement statement{.report_type = disclosure.report_type,
                      .symptom_onset = disclosure.symptom_onset,
                      .tek_mac = {}};
  // The long form comes first and is the one that is always allowed. There is none without keys.
  const auto macs = authority::AllowedTekMacs(content.keys, hmac_key);
  if (!macs.empty()) statement.tek_mac = macs.front();
  content.certificate = authority.Certify(statement, now);
  return content;
}

attestation::BoundUpload BoundUploadOf(const UploadContent& content) {
  attestation::BoundUpload bound;
  bound.health_authority_id = content.health_authority_id;
  for (const exposure::SubmittedKey& key : content.keys) {
    bound.keys.push_back(
        {key.key_base64, key.rolling_start, key.rolling_period, key.transmission_risk});
  }
  bound.verification_payload = content.certificate;
  bound.hmac_key = content.hmac_key_base64;
  bound.symptom_onset = content.symptom_onset.number;
  bound.traveler = content.traveler;
  bound.revision_token = content.revision_token;
  return bound;
}

std::string UploadBody(const UploadContent& content, base::Random& random) {
  const std::size_t bare = Write(content, "").size();
  const std::size_t target = std::max(bare, kBodyBytesMin) + random.Below(kBodyBytesRange);
  // Base64 text, as every app sends; any length of it will do, for nobody decodes it.
  std::string padding = base::ToBase64(RandomBytes(target - bare, random));
  padding.resize(target - bare);
  return Write(content, padding);
}

std::string CoverBody(base::Random& random) {
  UploadContent content;
  content.health_authority_id = "cover";
  for (int i = 0; i < kCoverKeys; ++i) {
    content.keys.push_back(
        {.key_base64 = base::ToBase64(RandomBytes(exposure::KeyData::kSize, random)),
         .rolling_start = 0,
         .rolling_period = exposure::kRollingPeriodMax,
         .transmission_risk = 0});
  }
  content.certificate = base::ToBase64Url(RandomBytes(kCertificateBytes, random));
  content.hmac_key_base64 = base::ToBase64(RandomBytes(kHmacKeyBytes, random));
  return UploadBody(content, random);
}

}  // namespace enks::phone
