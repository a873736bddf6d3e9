#include "authority/testing/fuzzing.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "authority/certificate.h"
#include "authority/jwt.h"
#include "base/base64.h"
#include "base/check.h"
#include "crypto/digest.h"

namespace enks::authority {
namespace {

using exposure::SubmittedKey;

constexpr std::int64_t kAuthorityId = 1;
constexpr base::UnixTime kNow{std::chrono::seconds(1'600'000'000)};

// The private key of RFC 7515 appendix A.3, which everybody knows: an input that was found once
// does the same in every process.
const crypto::EcdsaPrivateKey& IssuerKey() {
  static const auto key = crypto::EcdsaPrivateKey::FromPem(
      "-----BEGIN EC PRIVATE KEY-----\n"
      "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
      "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
      "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
      "-----END EC PRIVATE KEY-----\n");
  return key.value();
}

store::AuthorizedApp App() {
  store::AuthorizedApp app;
  app.name = "app.example";
  app.health_authority_ids = {kAuthorityId};
  return app;
}

DirectorySnapshot OneIssuer() {
  store::HealthAuthority authority;
  authority.id = kAuthorityId;
  authority.issuer = "iss.example";
  authority.audience = "aud.example";
  authority.keys = {{"v1", {}, {}, IssuerKey().PublicKey().ToPem()}};
  return DirectorySnapshot({App()}, {authority});
}

CertificateVerdict Verify(std::string_view jwt, std::string_view hmac_key,
                          const std::vector<SubmittedKey>& keys) {
  static const DirectorySnapshot directory = OneIssuer();
  static const store::AuthorizedApp app = App();
  const CertificateVerdict verdict =
      CertificateVerifier(CertificateRules{}).Verify(jwt, hmac_key, keys, app, directory, kNow);
  ENKS_CHECK(verdict.certificate.has_value() == verdict.reason.empty());
  return verdict;
}

// The parts of `text` between the marks; at least one.
std::vector<std::string> Split(std::string_view text, char mark) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(mark);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// A key as a line says; what is missing or no number is 0.
SubmittedKey ReadKey(std::string_view line) {
  const std::vector<std::string> parts = Split(line, ' ');
  const auto number = [&parts](std::size_t at) {
    std::int32_t value = 0;
    return at < parts.size() && absl::SimpleAtoi(parts[at], &value) ? value : 0;
  };
  return {parts.front(), number(1), number(2), number(3)};
}

// The HMAC by the words of spec/verification-certificate.md section 2, with nothing of tek_mac.h:
// what is sorted here are whole entries, so it holds for keys whose texts all differ.
std::string RightMac(std::vector<SubmittedKey> keys, base::ByteView hmac_key, bool with_risks) {
  std::ranges::sort(keys, {}, &SubmittedKey::key_base64);
  std::string text;
  for (const SubmittedKey& key : keys) {
    if (!text.empty()) text += ',';
    absl::StrAppend(&text, key.key_base64, ".", key.rolling_start, ".", key.rolling_period);
    if (with_risks) absl::StrAppend(&text, ".", key.transmission_risk);
  }
  return base::ToBase64(crypto::HmacSha256(hmac_key, base::AsBytes(text)));
}

bool HasEqualTexts(std::vector<SubmittedKey> keys) {
  std::ranges::sort(keys, {}, &SubmittedKey::key_base64);
  return std::ranges::adjacent_find(keys, {}, &SubmittedKey::key_base64) != keys.end();
}

// Whether the tekmac that the verifier read is one that these keys allow.
void CheckMac(std::string_view jwt, const std::vector<SubmittedKey>& keys,
              base::ByteView hmac_key) {
  const Result<Jwt> read = ReadJwt(jwt);
  ENKS_CHECK(read.ok() && !keys.empty());
  const auto claimed = base::FromAnyBase64(read->claims.tek_mac);
  ENKS_CHECK(claimed.has_value());
  const std::string mac = base::ToBase64(*claimed);
  const bool has_no_risk =
      std::ranges::all_of(keys, [](const SubmittedKey& key) { return key.transmission_risk == 0; });
  ENKS_CHECK(mac == RightMac(keys, hmac_key, true) ||
             (has_no_risk && mac == RightMac(keys, hmac_key, false)));
}

}  // namespace

void FuzzCertificate(std::string_view bytes) {
  ENKS_CHECK(!Verify(bytes, "", {}).certificate);
}

bool FuzzSignedClaims(std::string_view bytes) {
  const std::vector<std::string> lines = Split(bytes, '\n');
  const std::string hmac_key = lines.size() > 1 ? lines[1] : "";
  std::vector<SubmittedKey> keys;
  for (std::size_t i = 2; i < lines.size(); ++i) keys.push_back(ReadKey(lines[i]));
  // Their order would be that in which they came, of which RightMac() knows nothing.
  if (HasEqualTexts(keys)) return false;
  const base::Bytes secret = base::FromAnyBase64(hmac_key).value_or(base::Bytes{});
  const std::string claims =
      absl::StrReplaceAll(lines[0], {{"@MAC@", RightMac(keys, secret, true)}});
  const std::string jwt = SignJwt(R"({"alg":"ES256","kid":"v1"})", claims, IssuerKey());
  const bool passes = Verify(jwt, hmac_key, keys).certificate.has_value();
  if (passes) CheckMac(jwt, keys, secret);
  return passes;
}

}  // namespace enks::authority
