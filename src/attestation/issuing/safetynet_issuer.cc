#include "attestation/issuing/safetynet_issuer.h"

#include "base/base64.h"
#include "crypto/ecdsa.h"
#include "json/writer.h"

namespace enks::attestation::issuing {
namespace {

using crypto::AuthorityText;
using crypto::CertificateText;

// Making an RSA key takes long, and no issuer needs one of its own.
const crypto::RsaPrivateKey& LeafKey() {
  static const crypto::RsaPrivateKey key = crypto::RsaPrivateKey::Generate();
  return key;
}

}  // namespace

CertificateText ServerText(const std::string& host, base::UnixTime not_before,
                           base::UnixTime not_after) {
  return {.subject = {{"CN", host}},
          .extensions = {{"basicConstraints", "critical,CA:FALSE"},
                         {"keyUsage", "critical,digitalSignature"},
                         {"extendedKeyUsage", "serverAuth"},
                         {"subjectAltName", "DNS:" + host}},
          .not_before = not_before,
          .not_after = not_after};
}

std::string SignRs256(std::string_view header, std::string_view payload,
                      const crypto::RsaPrivateKey& key) {
  const std::string text =
      base::ToBase64Url(base::AsBytes(header)) + "." + base::ToBase64Url(base::AsBytes(payload));
  return text + "." + base::ToBase64Url(key.SignSha256(base::AsBytes(text)));
}

SafetyNetIssuer::SafetyNetIssuer(base::UnixTime not_before, std::chrono::hours life)
    : key_(LeafKey()),
      root_(SelfSigned(AuthorityText("Test Root", not_before, not_before + life),
                       crypto::EcdsaPrivateKey::Generate().ToPem())),
      authority_(IssuedBy(root_, AuthorityText("Test CA", not_before, not_before + life),
                          crypto::EcdsaPrivateKey::Generate().ToPem())),
      leaf_(IssuedBy(authority_, ServerText("attest.android.com", not_before, not_before + life),
                     key_.ToPem())) {}

std::string SafetyNetIssuer::Token(const SafetyNetResult& result) const {
  return TokenOf(SafetyNetPayload(result));
}

std::string SafetyNetIssuer::TokenOf(std::string_view payload) const {
  return Sign(SafetyNetHeader("RS256", {leaf_.certificate, authority_.certificate}), payload);
}

std::string SafetyNetIssuer::Sign(std::string_view header, std::string_view payload) const {
  return SignRs256(header, payload, key_);
}

std::string SafetyNetPayload(const SafetyNetResult& result) {
  json::Writer writer;
  writer.BeginObject();
  writer.Name("nonce").Text(base::ToBase64(base::AsBytes(result.nonce)));
  writer.Name("timestampMs").Int(result.made_at.time_since_epoch().count());
  writer.Name("apkPackageName").Text(result.package);
  writer.Name("apkCertificateDigestSha256").BeginArray();
  for (const std::string& digest : result.certificate_digests) writer.Text(digest);
  writer.EndArray();
  writer.Name("ctsProfileMatch").Bool(result.cts_profile_match);
  writer.Name("basicIntegrity").Bool(result.basic_integrity);
  writer.Name("evaluationType").Text(result.evaluation_type);
  writer.EndObject();
  return std::move(writer).Take();
}

std::string SafetyNetHeader(std::string_view algorithm,
                            const std::vector<crypto::Certificate>& chain) {
  json::Writer writer;
  writer.BeginObject().Name("alg").Text(algorithm).Name("x5c").BeginArray();
  for (const crypto::Certificate& certificate : chain) {
    writer.Text(base::ToBase64(certificate.Der()));
  }
  writer.EndArray().EndObject();
  return std::move(writer).Take();
}

}  // namespace enks::attestation::issuing
