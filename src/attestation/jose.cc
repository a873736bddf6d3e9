#include "attestation/jose.h"

#include <algorithm>
#include <array>

#include "attestation/strict_json.h"
#include "base/base64.h"

namespace enks::attestation {
namespace {

using base::Bytes;

constexpr std::size_t kJwsParts = 3;
constexpr std::size_t kJweParts = 5;

Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError({what.data(), what.size()});
}

// The parts between the dots, each decoded. `kParts` of them, or the token is none.
template <std::size_t kParts>
Result<std::array<Bytes, kParts>> DecodeParts(std::string_view token) {
  if (CountParts(token) != kParts) return Malformed("not the number of parts that it should have");
  std::array<Bytes, kParts> parts;
  for (Bytes& part : parts) {
    const std::size_t dot = std::min(token.find('.'), token.size());
    auto decoded = FromStrictBase64Url(token.substr(0, dot));
    if (!decoded) return Malformed("a part that is no base64url");
    part = *std::move(decoded);
    token.remove_prefix(std::min(dot + 1, token.size()));
  }
  return parts;
}

// RFC 7515 section 4.1.6: base64, "not base64url-encoded".
Result<std::vector<Bytes>> DecodeX5c(const std::vector<std::string>& texts) {
  if (texts.empty() || texts.size() > kX5cCertificatesMax) {
    return Malformed("x5c does not hold 1 to 5 certificates");
  }
  std::vector<Bytes> certificates;
  for (const std::string& text : texts) {
    auto der = FromStrictBase64(text);
    if (!der) return Malformed("x5c holds something that is no base64");
    certificates.push_back(*std::move(der));
  }
  return certificates;
}

Result<JoseHeader> ReadHeader(const Bytes& json) {
  const json::Document document(base::AsText(json));
  ENKS_TRY(CheckStrictObject(document));
  MemberReader members(document.Root());
  if (members.Has("crit") || members.Has("zip")) return Malformed("a header with crit or zip");
  JoseHeader header;
  header.algorithm = members.Text("alg").value_or("");
  header.encryption = members.Text("enc").value_or("");
  const auto x5c = members.Texts("x5c");
  if (members.HasWrongTypes()) return Malformed("a header with a member of a wrong type");
  if (header.algorithm.empty()) return Malformed("a header without alg");
  if (x5c) {
    ENKS_ASSIGN(header.x5c, DecodeX5c(*x5c));
  }
  return header;
}

}  // namespace

std::size_t CountParts(std::string_view token) {
  return 1 + static_cast<std::size_t>(std::ranges::count(token, '.'));
}

std::optional<Bytes> FromStrictBase64Url(std::string_view text) {
  auto bytes = base::FromBase64UrlUnpadded(text);
  if (!bytes || base::ToBase64Url(*bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<Bytes> FromStrictBase64(std::string_view text) {
  auto bytes = base::FromAnyBase64(text);
  if (!bytes || base::ToBase64(*bytes) != text) return std::nullopt;
  return bytes;
}

Result<CompactJws> ReadCompactJws(std::string_view token) {
  ENKS_ASSIGN(auto parts, DecodeParts<kJwsParts>(token));
  auto& [header, payload, signature] = parts;
  CompactJws jws;
  ENKS_ASSIGN(jws.header, ReadHeader(header));
  jws.payload = base::AsText(payload);
  jws.signature = std::move(signature);
  jws.signed_text = token.substr(0, token.rfind('.'));
  return jws;
}

Result<CompactJwe> ReadCompactJwe(std::string_view token) {
  ENKS_ASSIGN(auto parts, DecodeParts<kJweParts>(token));
  auto& [header, encrypted_key, iv, ciphertext, tag] = parts;
  CompactJwe jwe;
  ENKS_ASSIGN(jwe.header, ReadHeader(header));
  if (iv.size() != kGcmIvBytes) return Malformed("an IV that is not 12 bytes long");
  // A shorter tag would be easier to guess (RFC 7518 section 5.3: "the requested size of the
  // Authentication Tag output MUST be 128 bits").
  if (tag.size() != kGcmTagBytes) return Malformed("a tag that is not 16 bytes long");
  jwe.encrypted_key = std::move(encrypted_key);
  jwe.sealed = std::move(iv);
  jwe.sealed.insert(jwe.sealed.end(), ciphertext.begin(), ciphertext.end());
  jwe.sealed.insert(jwe.sealed.end(), tag.begin(), tag.end());
  jwe.protected_text = token.substr(0, token.find('.'));
  return jwe;
}

}  // namespace enks::attestation
