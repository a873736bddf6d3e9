#include "attestation/testing/vectors.h"

#include <charconv>

#include "base/check.h"
#include "base/files.h"

namespace enks::attestation::testing {
namespace {

constexpr std::uint64_t kVectorBytesMax = 1 << 20;

}  // namespace

std::string ReadVector(std::string_view path) {
  const auto bytes = base::SystemFiles().Read(
      std::string(ENKS_ATTESTATION_VECTORS "/") + std::string(path), kVectorBytesMax);
  ENKS_CHECK(bytes.ok());
  return std::string(base::AsText(*bytes));
}

std::vector<crypto::Certificate> ReadCertificates(std::string_view path) {
  auto certificates = crypto::Certificate::ManyFromPem(ReadVector(path));
  ENKS_CHECK(certificates.ok());
  return *std::move(certificates);
}

JsonVector::JsonVector(std::string_view path) : text_(ReadVector(path)), document_(text_) {
  ENKS_CHECK(document_.outcome() == json::ParseOutcome::kOk);
}

json::Value At(json::Value object, std::string_view name) {
  for (json::Value member = object.First(); member.Exists(); member = member.Next().Next()) {
    if (member.Text() == name) return member.Next();
  }
  return {};
}

std::string TextAt(json::Value object, std::string_view name) {
  const json::Value value = At(object, name);
  return value.Exists() ? value.Text() : "";
}

std::int64_t NumberAt(json::Value object, std::string_view name) {
  const json::Value value = At(object, name);
  if (!value.Exists()) return 0;
  std::int64_t number = 0;
  const std::string_view digits = value.Raw();
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

BoundUpload UploadOf(json::Value publish) {
  BoundUpload upload;
  upload.app_package_name = TextAt(publish, "appPackageName");
  upload.health_authority_id = TextAt(publish, "healthAuthorityID");
  upload.verification_payload = TextAt(publish, "verificationPayload");
  upload.hmac_key = TextAt(publish, "hmacKey");
  upload.symptom_onset = static_cast<std::int32_t>(NumberAt(publish, "symptomOnsetInterval"));
  const json::Value traveler = At(publish, "traveler");
  upload.traveler = traveler.Exists() && traveler.kind() == json::Kind::kTrue;
  upload.revision_token = TextAt(publish, "revisionToken");
  const json::Value regions = At(publish, "regions");
  for (auto region = regions.Exists() ? regions.First() : regions; region.Exists();
       region = region.Next()) {
    upload.regions.push_back(region.Text());
  }
  const json::Value keys = At(publish, "temporaryExposureKeys");
  for (auto key = keys.Exists() ? keys.First() : keys; key.Exists(); key = key.Next()) {
    upload.keys.push_back({TextAt(key, "key"),
                           static_cast<std::int32_t>(NumberAt(key, "rollingStartNumber")),
                           static_cast<std::int32_t>(NumberAt(key, "rollingPeriod")),
                           static_cast<std::int32_t>(NumberAt(key, "transmissionRisk"))});
  }
  return upload;
}

}  // namespace enks::attestation::testing
