#include "attestation/integrity_keys.h"

#include <optional>
#include <utility>

#include "attestation/jose.h"

namespace enks::attestation {
namespace {

constexpr std::size_t kDecryptionKeyBytes = 32;
constexpr std::string_view kDecryptionName = "DECRYPTION_KEY=";
constexpr std::string_view kVerificationName = "VERIFICATION_KEY=";

Status Invalid(std::string_view what) {
  return absl::InvalidArgumentError({what.data(), what.size()});
}

std::string_view Trimmed(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
    line.remove_suffix(1);
  }
  return line;
}

// Puts what stands behind `name` into `value`; false if it was there before.
bool TakeValue(std::string_view line, std::string_view name,
               std::optional<std::string_view>& value) {
  return !std::exchange(value, Trimmed(line.substr(name.size()))).has_value();
}

}  // namespace

Result<IntegrityKeys> IntegrityKeys::FromText(std::string_view text) {
  std::optional<std::string_view> decryption;
  std::optional<std::string_view> verification;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    bool is_first = false;
    if (line.starts_with(kDecryptionName)) {
      is_first = TakeValue(line, kDecryptionName, decryption);
    } else if (line.starts_with(kVerificationName)) {
      is_first = TakeValue(line, kVerificationName, verification);
    }
    if (!is_first) {
      return Invalid(
          "Play Integrity keys: a line that is neither DECRYPTION_KEY= nor "
          "VERIFICATION_KEY=, or is there twice");
    }
  }
  if (!decryption || !verification) {
    return Invalid("Play Integrity keys: DECRYPTION_KEY= or VERIFICATION_KEY= is missing");
  }
  return FromValues(*decryption, *verification);
}

Result<IntegrityKeys> IntegrityKeys::FromValues(std::string_view decryption_key,
                                                std::string_view verification_key) {
  auto decryption = FromStrictBase64(decryption_key);
  if (!decryption) return Invalid("the Play Integrity decryption key is no base64");
  base::SecretBytes secret(*std::move(decryption));
  if (secret.size() != kDecryptionKeyBytes) {
    return Invalid("the Play Integrity decryption key is not 32 bytes long");
  }
  const auto spki = FromStrictBase64(verification_key);
  if (!spki) return Invalid("the Play Integrity verification key is no base64");
  ENKS_ASSIGN(auto verification, crypto::EcdsaPublicKey::FromSpki(*spki));
  return IntegrityKeys(std::move(secret), std::move(verification));
}

}  // namespace enks::attestation
