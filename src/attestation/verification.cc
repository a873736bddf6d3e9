#include "attestation/verification.h"

#include <fmt/format.h>

#include <utility>

#include "attestation/app_attest.h"
#include "attestation/device_check.h"
#include "attestation/integrity_token.h"
#include "attestation/key_attestation.h"
#include "attestation/play_integrity.h"
#include "attestation/safetynet.h"

namespace enks::attestation {
namespace {

// A limit in characters of base64 for so many bytes, padding and line breaks aside.
constexpr std::size_t Base64Characters(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

bool FitsTheLimits(const Evidence& evidence) {
  if (evidence.token.size() > kTokenCharactersMax) return false;
  if (evidence.assertion.size() > kTokenCharactersMax) return false;
  if (evidence.chain.size() > kChainCertificatesMax) return false;
  for (const std::string& certificate : evidence.chain) {
    if (certificate.size() > Base64Characters(kChainCertificateBytesMax)) return false;
  }
  return true;
}

// One verification, with what all schemes share.
class Verifier {
 public:
  Verifier(const Evidence& evidence, const LoadedPolicy& loaded, const Trust& trust,
           base::UnixTime now, Checks& checks)
      : evidence_(evidence), loaded_(loaded), trust_(trust), now_(now), checks_(checks) {}

  Verification RunFor(const BoundUpload& upload) && {
    if (!IsTaken()) return {};
    auto expected = ExpectedBindingOf(evidence_.scheme, upload);
    if (Needs("binding of the upload", expected.has_value(), Reason::kBindingMismatch,
              "keys are 16 bytes, numbers are not negative, and what is base64 can be read")) {
      verification_.binding = crypto::Sha256(expected->message);
      expected_ = *std::move(expected);
      VerifyScheme();
    }
    return std::move(verification_);
  }

  Verification RunAgainst(const ExpectedBinding& expected) && {
    if (!IsTaken()) return {};
    expected_ = expected;
    VerifyScheme();
    return std::move(verification_);
  }

 private:
  bool IsTaken() {
    const bool is_taken = checks_.Holds(
        "scheme", loaded_.policy.Takes(evidence_.scheme), Reason::kSchemeNotAllowed,
        [&] { return fmt::format("the upload is attested with {}", SchemeId(evidence_.scheme)); });
    return is_taken && Needs("size", FitsTheLimits(evidence_), Reason::kMalformed,
                             "token and chain are within the limits of evidence.h");
  }
  bool Needs(std::string_view step, bool holds, Reason failure, std::string_view explanation) {
    return checks_.Needs(step, holds, failure, [&] { return std::string(explanation); });
  }
  // That the policy can be carried out was checked when it was read.
  bool IsThere(bool holds) {
    return Needs("anchors", holds, Reason::kConfigError, "the policy file names trust anchors");
  }

  void VerifyScheme() {
    switch (evidence_.scheme) {
      case Scheme::kSafetyNet:
        return VerifySafetyNetToken();
      case Scheme::kPlayIntegrity:
        return VerifyIntegrityToken();
      case Scheme::kDeviceCheck:
        return CheckDeviceToken();
      case Scheme::kAppAttest:
        return VerifyAppAttestObject();
      case Scheme::kAndroidKeyAttestation:
        return VerifyChain();
    }
  }

  void VerifySafetyNetToken() {
    if (!IsThere(trust_.safetynet.has_value())) return;
    VerifySafetyNet(evidence_.token, base::AsText(expected_.carried), loaded_.policy.safetynet,
                    *trust_.safetynet, now_, checks_);
  }

  void VerifyIntegrityToken() {
    const PlayIntegrityKnobs& knobs = loaded_.policy.play_integrity;
    const OpenedToken token = OpenIntegrityToken(evidence_.token, loaded_.integrity_keys, checks_);
    if (token.opening == TokenOpening::kOpened) {
      CheckIntegrityVerdict(token.verdict, expected_.carried, knobs, now_, checks_);
    } else if (token.opening == TokenOpening::kForGoogle) {
      if (!Needs("decryption", knobs.decoding != IntegrityDecoding::kLocal, Reason::kMalformed,
                 "the token is for none of the policy's keys, and only Google could open it")) {
        return;
      }
      verification_.next = NextStep::kAskGoogle;
    }
  }

  void CheckDeviceToken() {
    if (Needs("device token", ReadDeviceToken(evidence_.token).has_value(), Reason::kMalformed,
              "base64 of at most 8 KiB; nobody but Apple can read it")) {
      verification_.next = NextStep::kAskApple;
    }
  }

  void VerifyAppAttestObject() {
    const AppAttestKnobs& knobs = loaded_.policy.app_attest;
    if (!IsThere(trust_.app_attest.has_value() &&
                 (trust_.app_attest_receipt.has_value() || !knobs.require_receipt))) {
      return;
    }
    // Without anchors no receipt verifies, and none is asked for.
    static const crypto::ChainVerifier kNobody({}, crypto::ChainPurpose::kAny);
    const AppAttestAnchors anchors{
        *trust_.app_attest, trust_.app_attest_receipt ? *trust_.app_attest_receipt : kNobody};
    verification_.attested_key =
        VerifyAppAttest(evidence_, expected_.carried, knobs, anchors, now_, checks_);
  }

  void VerifyChain() {
    if (!IsThere(!trust_.android_key_attestation.empty())) return;
    const RevocationList* list = loaded_.revocations ? &*loaded_.revocations : nullptr;
    VerifyKeyAttestation(evidence_, {expected_.message, expected_.carried},
                         loaded_.policy.android_key_attestation,
                         {trust_.android_key_attestation, list}, now_, checks_);
  }

  const Evidence& evidence_;
  const LoadedPolicy& loaded_;
  const Trust& trust_;
  const base::UnixTime now_;
  Checks& checks_;
  ExpectedBinding expected_;
  Verification verification_;
};

}  // namespace

std::optional<ExpectedBinding> ExpectedBindingOf(Scheme scheme, const BoundUpload& upload) {
  auto message = BoundMessage(scheme, upload);
  if (!message) return std::nullopt;
  ExpectedBinding expected;
  if (scheme == Scheme::kSafetyNet) {
    const std::string nonce = LegacyNonce(upload);
    expected.carried.assign(nonce.begin(), nonce.end());
  } else {
    const crypto::Sha256Digest digest = crypto::Sha256(*message);
    expected.carried.assign(digest.begin(), digest.end());
  }
  expected.message = *std::move(message);
  return expected;
}

Verification VerifyOffline(const Evidence& evidence, const BoundUpload& upload,
                           const LoadedPolicy& policy, const Trust& trust, base::UnixTime now,
                           Checks& checks) {
  return Verifier(evidence, policy, trust, now, checks).RunFor(upload);
}

Verification VerifyAgainst(const ExpectedBinding& expected, const Evidence& evidence,
                           const LoadedPolicy& policy, const Trust& trust, base::UnixTime now,
                           Checks& checks) {
  return Verifier(evidence, policy, trust, now, checks).RunAgainst(expected);
}

}  // namespace enks::attestation
