#include "attestation/app_signature.h"

#include <algorithm>

#include "base/base64.h"
#include "base/bytes.h"

namespace enks::attestation {
namespace {

std::optional<crypto::Sha256Digest> AsDigest(const std::optional<base::Bytes>& bytes) {
  crypto::Sha256Digest digest{};
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::ranges::copy(*bytes, digest.begin());
  return digest;
}

}  // namespace

std::optional<crypto::Sha256Digest> ParseCertificateDigest(std::string_view text) {
  // 64 hexadecimal digits are base64, too, but of 48 bytes.
  if (const auto digest = AsDigest(base::FromAnyBase64(text))) return digest;
  std::string digits(text);
  std::erase(digits, ':');
  return AsDigest(base::FromHex(digits));
}

bool AreSigningDigests(const std::vector<std::string>& claimed,
                       const std::vector<crypto::Sha256Digest>& allowed) {
  const auto is_allowed = [&allowed](const std::string& text) {
    const auto digest = AsDigest(base::FromAnyBase64(text));
    return digest && std::ranges::find(allowed, *digest) != allowed.end();
  };
  return !claimed.empty() && std::ranges::all_of(claimed, is_allowed);
}

}  // namespace enks::attestation
