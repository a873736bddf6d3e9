#include "attestation/testing/jose_fuzzing.h"

#include <algorithm>
#include <string>
#include <vector>

#include "attestation/integrity_token.h"
#include "attestation/issuing/integrity_issuer.h"
#include "attestation/issuing/safetynet_issuer.h"
#include "attestation/jose.h"
#include "attestation/play_integrity.h"
#include "attestation/safetynet.h"
#include "base/base64.h"
#include "base/check.h"

namespace enks::attestation::testing {
namespace {

using crypto::ChainVerifier;

constexpr base::UnixTime kNow{std::chrono::seconds(1'600'000'000)};
const crypto::Sha256Digest kDigest = crypto::Sha256({});

// Explaining must come to the same as deciding.
template <typename Verify>
Reason ReasonOf(Verify&& verify) {
  Checks quick(Checks::Detail::kFirstFailure);
  Checks thorough(Checks::Detail::kEveryStep);
  verify(quick);
  verify(thorough);
  ENKS_CHECK(quick.reason() == thorough.reason());
  return quick.reason();
}

// There is one text only of what was read.
void CheckJwsReader(std::string_view text) {
  const auto jws = ReadCompactJws(text);
  if (!jws.ok()) return;
  const std::string end = "." + base::ToBase64Url(base::AsBytes(jws->payload)) + "." +
                          base::ToBase64Url(jws->signature);
  ENKS_CHECK(text.ends_with(end));
  ENKS_CHECK(text.starts_with(jws->signed_text) && !jws->header.algorithm.empty());
  ENKS_CHECK(!jws->header.x5c || jws->header.x5c->size() <= kX5cCertificatesMax);
}

void CheckJweReader(std::string_view text) {
  const auto jwe = ReadCompactJwe(text);
  if (!jwe.ok()) return;
  ENKS_CHECK(text.starts_with(jwe->protected_text));
  ENKS_CHECK(jwe->sealed.size() >= kGcmIvBytes + kGcmTagBytes);
  ENKS_CHECK(text.ends_with(base::ToBase64Url(base::ByteView(jwe->sealed).last(kGcmTagBytes))));
}

SafetyNetPolicy SafetyNetPolicyOfFuzzing() {
  return {.packages = {"app.example"}, .certificate_digests = {kDigest}};
}

PlayIntegrityPolicy IntegrityPolicyOfFuzzing() {
  return {.packages = {"app.example"}, .certificate_digests = {kDigest}};
}

}  // namespace

void FuzzSafetyNetToken(std::string_view text) {
  CheckJwsReader(text);
  static const issuing::SafetyNetIssuer issuer(kNow);
  static const ChainVerifier anchors({issuer.root()}, crypto::ChainPurpose::kTlsServer);
  static const SafetyNetPolicy policy = SafetyNetPolicyOfFuzzing();
  const auto verify = [](std::string_view token) {
    return ReasonOf(
        [&](Checks& checks) { VerifySafetyNet(token, "nonce", policy, anchors, kNow, checks); });
  };
  // Nobody who does not hold the issuer's key makes a token.
  ENKS_CHECK(verify(text) != Reason::kNone);
  const Reason reason = verify(issuer.TokenOf(text));
  ENKS_CHECK(reason != Reason::kChainInvalid && reason != Reason::kSignatureInvalid);
}

void FuzzPlayIntegrityToken(std::string_view text) {
  CheckJweReader(text);
  CheckJwsReader(text);
  static base::SeededRandom random(1);
  static issuing::IntegrityIssuer issuer(random);
  static const std::vector<IntegrityKeys> keys = {issuer.Keys()};
  static const PlayIntegrityPolicy policy = IntegrityPolicyOfFuzzing();
  const auto open = [](std::string_view token) {
    Checks checks(Checks::Detail::kFirstFailure);
    const OpenedToken opened = OpenIntegrityToken(token, keys, checks);
    ENKS_CHECK((opened.opening == TokenOpening::kRefused) == (checks.reason() != Reason::kNone));
    return opened;
  };
  ENKS_CHECK(open(text).opening != TokenOpening::kOpened);
  // Longer ones are no tokens any more.
  if (text.size() <= 8 * 1024) {
    ENKS_CHECK(open(issuer.Encrypt(text)).opening == TokenOpening::kRefused);
    ENKS_CHECK(open(issuer.TokenOf(text)).verdict == text);
  }
  ReasonOf([&](Checks& checks) { CheckIntegrityVerdict(text, kDigest, policy, kNow, checks); });
}

}  // namespace enks::attestation::testing
