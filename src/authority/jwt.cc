#include "authority/jwt.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "json/document.h"

namespace enks::authority {

static auto JsonMembers(const CertificateClaims*) {
  using json::Member;
  return std::array{
      Member<&CertificateClaims::issuer>("iss"),
      Member<&CertificateClaims::audience>("aud"),
      Member<&CertificateClaims::expires_at>("exp"),
      Member<&CertificateClaims::issued_at>("iat"),
      Member<&CertificateClaims::not_before>("nbf"),
      Member<&CertificateClaims::report_type>("reportType"),
      Member<&CertificateClaims::symptom_onset>("symptomOnsetInterval"),
      Member<&CertificateClaims::tek_mac>("tekmac"),
      Member<&CertificateClaims::token_id>("jti"),
      Member<&CertificateClaims::subject>("sub"),
  };
}

namespace {

// Only ES256 is ever accepted; the others are told from mere noise for the error text alone.
constexpr std::string_view kKnownAlgorithms[] = {"ES256", "ES384", "ES512", "HS256", "HS384",
                                                 "HS512", "RS256", "RS384", "RS512", "PS256",
                                                 "PS384", "PS512", "EdDSA", "none"};

struct Segments {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
};

std::optional<Segments> Split(std::string_view text) {
  const std::size_t first = text.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (text.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Segments{.header = text.substr(0, first),
                  .claims = text.substr(first + 1, second - first - 1),
                  .signature = text.substr(second + 1)};
}

// A document that is one JSON value and nothing after it.
bool IsOneValue(const json::Document& document) {
  return document.outcome() == json::ParseOutcome::kOk && !document.HasMore();
}

// Unlike claims, header members count only by their exact name: `Alg` is not `alg`.
Status ReadHeader(const json::Document& document, Jwt& jwt) {
  if (!IsOneValue(document)) return absl::InvalidArgumentError("header is not JSON");
  const json::Value header = document.Root();
  if (header.IsNull()) return absl::OkStatus();
  if (header.kind() != json::Kind::kObject) {
    return absl::InvalidArgumentError("header is not a JSON object");
  }
  json::Value value;
  for (json::Value name = header.First(); name.Exists(); name = value.Next()) {
    value = name.Next();
    const std::string text = name.Text();
    const bool is_string = value.kind() == json::Kind::kString;
    if (text == "alg") {
      jwt.algorithm = is_string ? value.Text() : "";
    } else if (text == "kid") {
      jwt.names_key = true;
      jwt.key_version = is_string ? std::optional(value.Text()) : std::nullopt;
    }
  }
  return absl::OkStatus();
}

Status ReadClaims(const json::Document& document, CertificateClaims& claims) {
  if (!IsOneValue(document)) return absl::InvalidArgumentError("claims are not JSON");
  const json::ReadResult result =
      json::Read(document.Root(), json::UnknownMembers::kIgnore, claims);
  if (result.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("claim \"", result.field, "\" has the wrong type or is out of range"));
}

Status CheckAlgorithmIsKnown(std::string_view algorithm) {
  if (algorithm.empty()) {
    return absl::InvalidArgumentError("signing method (alg) is unspecified");
  }
  if (std::ranges::find(kKnownAlgorithms, algorithm) == std::ranges::end(kKnownAlgorithms)) {
    return absl::InvalidArgumentError("signing method (alg) is unavailable");
  }
  return absl::OkStatus();
}

}  // namespace

Result<Jwt> ReadJwt(std::string_view text) {
  if (text.size() > kJwtBytesMax) return absl::InvalidArgumentError("certificate is too long");
  const std::optional<Segments> segments = Split(text);
  if (!segments) {
    return absl::InvalidArgumentError("certificate does not have three segments");
  }
  Jwt jwt;
  jwt.signed_text = text.substr(0, segments->header.size() + 1 + segments->claims.size());
  jwt.signature_base64 = segments->signature;

  const std::optional<base::Bytes> header = base::FromBase64UrlUnpadded(segments->header);
  if (!header) return absl::InvalidArgumentError("header is not unpadded base64url");
  ENKS_TRY(ReadHeader(json::Document(base::AsText(*header)), jwt));
  const std::optional<base::Bytes> claims = base::FromBase64UrlUnpadded(segments->claims);
  if (!claims) return absl::InvalidArgumentError("claims are not unpadded base64url");
  ENKS_TRY(ReadClaims(json::Document(base::AsText(*claims)), jwt.claims));
  ENKS_TRY(CheckAlgorithmIsKnown(jwt.algorithm));
  return jwt;
}

bool HasSignatureOf(const Jwt& jwt, const crypto::EcdsaPublicKey& key) {
  const std::optional<base::Bytes> signature = base::FromBase64UrlUnpadded(jwt.signature_base64);
  return signature && key.VerifyRaw(crypto::Sha256(base::AsBytes(jwt.signed_text)), *signature);
}

std::string SignJwt(std::string_view header, std::string_view claims,
                    const crypto::EcdsaPrivateKey& key) {
  const std::string signed_text = absl::StrCat(base::ToBase64Url(base::AsBytes(header)), ".",
                                               base::ToBase64Url(base::AsBytes(claims)));
  const base::Bytes signature = key.SignRaw(crypto::Sha256(base::AsBytes(signed_text)));
  return absl::StrCat(signed_text, ".", base::ToBase64Url(signature));
}

}  // namespace enks::authority
