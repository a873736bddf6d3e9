#include "attestation/issuing/evidence_json.h"

#include "base/check.h"

namespace enks::attestation::issuing {
namespace {

void WriteUnlessEmpty(std::string_view name, const std::string& text, json::Writer& writer) {
  if (!text.empty()) writer.Name(name).Text(text);
}

}  // namespace

void WriteDeviceAttestation(const Evidence& evidence, json::Writer& writer) {
  writer.Name("deviceAttestation").BeginObject();
  writer.Name("scheme").Text(SchemeId(evidence.scheme));
  WriteUnlessEmpty("token", evidence.token, writer);
  WriteUnlessEmpty("keyId", evidence.key_id, writer);
  WriteUnlessEmpty("assertion", evidence.assertion, writer);
  if (!evidence.chain.empty()) {
    writer.Name("chain").BeginArray();
    for (const std::string& certificate : evidence.chain) writer.Text(certificate);
    writer.EndArray();
  }
  WriteUnlessEmpty("signature", evidence.signature, writer);
  WriteUnlessEmpty("challenge", evidence.challenge, writer);
  writer.EndObject();
}

void WriteDeviceVerification(const Evidence& evidence, json::Writer& writer) {
  ENKS_CHECK(!evidence.token.empty() && evidence.key_id.empty());
  const bool is_ios = PlatformOf(evidence.scheme) == exposure::Platform::kIos;
  writer.Name("platform").Text(is_ios ? "ios" : "android");
  writer.Name("deviceVerificationPayload").Text(evidence.token);
}

}  // namespace enks::attestation::issuing
