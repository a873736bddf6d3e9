#include "attestation/issuing/integrity_issuer.h"

#include <algorithm>
#include <array>

#include "attestation/jose.h"
#include "base/base64.h"
#include "base/check.h"
#include "crypto/aes.h"
#include "crypto/key_wrap.h"
#include "crypto/public_key.h"
#include "json/writer.h"

namespace enks::attestation::issuing {
namespace {

using base::Bytes;
using base::ByteView;
using base::ToBase64Url;

constexpr std::size_t kAesKeyBytes = 32;

Bytes RandomBytes(std::size_t size, base::Random& random) {
  Bytes bytes(size);
  random.Fill(bytes);
  return bytes;
}

std::string VerificationKey(const crypto::EcdsaPrivateKey& key) {
  const auto general = crypto::PublicKey::FromPem(key.PublicKey().ToPem());
  ENKS_CHECK(general.ok());
  return base::ToBase64(general->Spki());
}

void WriteTexts(std::string_view name, const std::vector<std::string>& texts,
                json::Writer& writer) {
  writer.Name(name).BeginArray();
  for (const std::string& text : texts) writer.Text(text);
  writer.EndArray();
}

}  // namespace

IntegrityIssuer::IntegrityIssuer(base::Random& random)
    : random_(random),
      wrapping_key_(RandomBytes(kAesKeyBytes, random)),
      signing_key_(crypto::EcdsaPrivateKey::Generate()) {}

std::string IntegrityIssuer::KeysText() const {
  return "DECRYPTION_KEY=" + base::ToBase64(wrapping_key_) +
         "\nVERIFICATION_KEY=" + VerificationKey(signing_key_) + "\n";
}

IntegrityKeys IntegrityIssuer::Keys() const {
  auto keys = IntegrityKeys::FromText(KeysText());
  ENKS_CHECK(keys.ok());
  return *std::move(keys);
}

std::string IntegrityIssuer::Sign(std::string_view header, std::string_view payload) const {
  const std::string text =
      ToBase64Url(base::AsBytes(header)) + "." + ToBase64Url(base::AsBytes(payload));
  return text + "." + ToBase64Url(signing_key_.SignRaw(crypto::Sha256(base::AsBytes(text))));
}

std::string IntegrityIssuer::Encrypt(std::string_view plaintext, std::string_view header,
                                     std::size_t content_key_bytes) {
  const Bytes content_key = RandomBytes(content_key_bytes, random_);
  Bytes aes_key = content_key;
  aes_key.resize(kAesKeyBytes);
  std::array<std::uint8_t, kGcmIvBytes> iv{};
  random_.Fill(iv);
  const std::string protected_text = ToBase64Url(base::AsBytes(header));
  const Bytes sealed =
      crypto::Aes256GcmSeal(aes_key, iv, base::AsBytes(plaintext), base::AsBytes(protected_text));
  const ByteView view = sealed;
  return protected_text + "." + ToBase64Url(crypto::Aes256KeyWrap(wrapping_key_, content_key)) +
         "." + ToBase64Url(iv) + "." +
         ToBase64Url(view.subspan(kGcmIvBytes, sealed.size() - kGcmIvBytes - kGcmTagBytes)) + "." +
         ToBase64Url(view.last(kGcmTagBytes));
}

std::string IntegrityPayload(const IntegrityResult& result) {
  json::Writer writer;
  writer.BeginObject().Name("requestDetails").BeginObject();
  writer.Name("requestPackageName").Text(result.package);
  if (!result.nonce.empty()) writer.Name("nonce").Text(result.nonce);
  if (!result.hash.empty()) writer.Name("requestHash").Text(result.hash);
  writer.Name("timestampMillis").Text(std::to_string(result.made_at.time_since_epoch().count()));
  writer.EndObject().Name("appIntegrity").BeginObject();
  writer.Name("appRecognitionVerdict").Text(result.recognition);
  if (result.recognition != "UNEVALUATED") {
    writer.Name("packageName").Text(result.package);
    WriteTexts("certificateSha256Digest", result.certificate_digests, writer);
    writer.Name("versionCode").Text("1");
  }
  writer.EndObject().Name("deviceIntegrity").BeginObject();
  if (!result.device.empty()) WriteTexts("deviceRecognitionVerdict", result.device, writer);
  writer.EndObject().Name("accountDetails").BeginObject();
  writer.Name("appLicensingVerdict").Text(result.licensing).EndObject();
  if (result.is_test) {
    writer.Name("testingDetails").BeginObject();
    writer.Name("isTestingResponse").Bool(true).EndObject();
  }
  writer.EndObject();
  return std::move(writer).Take();
}

}  // namespace enks::attestation::issuing
