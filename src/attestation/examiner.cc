#include "attestation/examiner.h"

#include <optional>
#include <utility>

#include "attestation/app_attest_assertion.h"
#include "attestation/play_integrity.h"
#include "attestation/verification.h"
#include "base/base64.h"
#include "base/check.h"

namespace enks::attestation {
namespace {

using crypto::Sha256Digest;
using std::chrono::seconds;

// How long the tokens of DeviceCheck, which have no time of their own, are remembered. Longer than
// Apple takes them.
constexpr std::chrono::hours kDeviceTokenLifetime{24};
// What the windows of a scheme do not cover: clocks of several machines.
constexpr std::chrono::hours kMemoryMargin{1};

constexpr std::string_view kChallengeKind = "challenge";

FreshnessWindow WindowOf(const Policy& policy, Scheme scheme) {
  switch (scheme) {
    case Scheme::kSafetyNet:
      return policy.safetynet.window;
    case Scheme::kPlayIntegrity:
      return policy.play_integrity.window;
    case Scheme::kAppAttest:
      return policy.app_attest.window;
    case Scheme::kAndroidKeyAttestation:
      return policy.android_key_attestation.window;
    case Scheme::kDeviceCheck:
      break;
  }
  return {kDeviceTokenLifetime, seconds(0)};
}

// How long a token could be used again.
seconds LifetimeOf(const Policy& policy, Scheme scheme) {
  const FreshnessWindow window = WindowOf(policy, scheme);
  constexpr seconds kLongest = std::chrono::hours(24);
  return std::min(kLongest, window.past + window.future + kMemoryMargin);
}

// What of the evidence is remembered: the token's bytes, those of an assertion, which has none, or
// the certificate of the attested key.
std::string_view RememberedPart(const Evidence& evidence) {
  if (evidence.scheme != Scheme::kAndroidKeyAttestation) {
    return evidence.token.empty() ? evidence.assertion : evidence.token;
  }
  return evidence.chain.empty() ? std::string_view() : evidence.chain.front();
}

// One token has many texts where it is base64; JOSE has one.
base::Bytes RememberedBytes(const Evidence& evidence) {
  const std::string_view text = RememberedPart(evidence);
  auto decoded = base::FromAnyBase64(text);
  if (decoded) return *std::move(decoded);
  return {text.begin(), text.end()};
}

// One for each app, so that what the policy of one app let in is not good for another.
Sha256Digest AttestedKeyId(std::string_view app, base::ByteView key_id) {
  base::Bytes text(app.begin(), app.end());
  text.push_back(0);
  text.insert(text.end(), key_id.begin(), key_id.end());
  return crypto::Sha256(text);
}

Reason ReasonOf(const Result<TokenMemory::Sight>& sight) {
  if (!sight.ok()) return Reason::kUnavailable;
  return *sight == TokenMemory::Sight::kOtherUpload ? Reason::kReplayed : Reason::kNone;
}

}  // namespace

struct Examiner::Case {
  Inquiry inquiry;
  Done done;
  std::optional<Sha256Digest> binding;
  base::Bytes challenge_nonce;  // empty: none is needed
  std::optional<AppAttestKey> attested_key;

  const Evidence& evidence() const { return *inquiry.evidence; }
};

void Examiner::Examine(Inquiry inquiry, Done done) const {
  ENKS_CHECK(inquiry.evidence.has_value());
  auto examined = std::make_shared<Case>();
  examined->inquiry = std::move(inquiry);
  examined->done = std::move(done);
  const Evidence& evidence = examined->evidence();
  const bool is_assertion = evidence.scheme == Scheme::kAppAttest && evidence.token.empty() &&
                            loaded_.policy.app_attest.mode == AppAttestMode::kAssertion &&
                            !evidence.assertion.empty() && loaded_.policy.Takes(Scheme::kAppAttest);
  if (is_assertion) return VerifyAssertion(std::move(examined));

  Checks checks(Checks::Detail::kFirstFailure);
  Verification verification = VerifyOffline(evidence, examined->inquiry.upload, loaded_,
                                            parts_.trust, examined->inquiry.now, checks);
  Reason reason = checks.reason();
  examined->binding = verification.binding;
  examined->attested_key = std::move(verification.attested_key);
  if (reason == Reason::kNone) reason = CheckChallenge(*examined);
  if (reason != Reason::kNone) return examined->done(reason);
  switch (verification.next) {
    case NextStep::kNone:
      return Conclude(*examined, Reason::kNone);
    case NextStep::kAskApple:
      return AskApple(std::move(examined));
    case NextStep::kAskGoogle:
      return AskGoogle(std::move(examined));
  }
}

Reason Examiner::CheckChallenge(Case& examined) const {
  if (!loaded_.policy.needs_challenge) return Reason::kNone;
  // The one that the attestation is bound to.
  CheckedChallenge checked =
      parts_.challenges.Check(examined.inquiry.upload.challenge, examined.inquiry.now);
  examined.challenge_nonce = std::move(checked.nonce);
  return checked.reason;
}

// Section 8.4: the key was attested with an earlier upload.
void Examiner::VerifyAssertion(std::shared_ptr<Case> examined) const {
  const Evidence& evidence = examined->evidence();
  examined->binding = BindingOf(evidence.scheme, examined->inquiry.upload);
  if (!examined->binding) return examined->done(Reason::kBindingMismatch);
  if (evidence.assertion.size() > kTokenCharactersMax) return examined->done(Reason::kMalformed);
  if (const Reason reason = CheckChallenge(*examined); reason != Reason::kNone) {
    return examined->done(reason);
  }
  const auto key_id = base::FromAnyBase64(evidence.key_id);
  if (!key_id) return examined->done(Reason::kMalformed);
  const Sha256Digest id = AttestedKeyId(examined->inquiry.app, *key_id);
  const auto stored = parts_.records.FindAttestedKey(id);
  if (!stored.ok()) return examined->done(Reason::kUnavailable);
  // A key that was never attested here, or was not used for so long that it was deleted: the phone
  // attests a new one.
  if (!stored->has_value()) return examined->done(Reason::kSignatureInvalid);
  const auto key = crypto::PublicKey::FromSpki((*stored)->public_key);
  if (!key.ok()) return examined->done(Reason::kConfigError);
  Checks checks(Checks::Detail::kFirstFailure);
  const auto counter =
      VerifyAppAttestAssertion(evidence, *examined->binding, loaded_.policy.app_attest,
                               {*key, (*stored)->app_id}, (*stored)->counter, checks);
  if (checks.reason() != Reason::kNone || !counter) return examined->done(checks.reason());
  // The counter last: if anything fails before, the phone may send the same again.
  Reason reason = Remember(*examined);
  if (reason == Reason::kNone) reason = Advance(id, *counter, examined->inquiry.now);
  examined->done(reason);
}

Reason Examiner::Advance(const Sha256Digest& id, std::uint32_t counter, base::UnixTime now) const {
  const Status advanced = parts_.records.AdvanceAttestedKey(id, counter, DayOf(now));
  if (absl::IsAborted(advanced)) return Reason::kReplayed;
  return advanced.ok() ? Reason::kNone : Reason::kUnavailable;
}

// The token is remembered before Apple is asked, so that of two uploads with one token only one
// asks, and forgotten again if Apple could not say.
void Examiner::AskApple(std::shared_ptr<Case> examined) const {
  if (apple_ == nullptr) return examined->done(Reason::kConfigError);
  const auto token = ReadDeviceToken(examined->evidence().token);
  const auto sight = parts_.memory.Note(SchemeId(Scheme::kDeviceCheck), *token, *examined->binding,
                                        examined->inquiry.now, kDeviceTokenLifetime);
  if (const Reason reason = ReasonOf(sight); reason != Reason::kNone) return examined->done(reason);
  const bool is_first = *sight == TokenMemory::Sight::kFirst;
  apple_->Validate(*token, [this, examined, token = *token, is_first](Reason reason) {
    const bool nobody_said = reason == Reason::kUnavailable || reason == Reason::kConfigError;
    // Called on Apple's thread, which must not wait for the database.
    const bool is_queued =
        parts_.run_blocking([this, examined, token, is_first, nobody_said, reason] {
          if (nobody_said && is_first) {
            parts_.memory.Forget(SchemeId(Scheme::kDeviceCheck), token, examined->inquiry.now)
                .IgnoreError();  // it expires in a day; until then this one token is of no use
          }
          Conclude(*examined, reason);
        });
    if (!is_queued) examined->done(Reason::kUnavailable);
  });
}

void Examiner::AskGoogle(std::shared_ptr<Case> examined) const {
  if (google_ == nullptr) return examined->done(Reason::kConfigError);
  const PlayIntegrityKnobs& knobs = loaded_.policy.play_integrity;
  google_->Decode(
      knobs.packages.front(), examined->evidence().token,
      [this, examined](PlayDecoder::Decoded decoded) {
        const bool is_queued = parts_.run_blocking([this, examined, decoded = std::move(decoded)] {
          if (decoded.reason != Reason::kNone) return examined->done(decoded.reason);
          Checks checks(Checks::Detail::kFirstFailure);
          CheckIntegrityVerdict(decoded.verdict, *examined->binding, loaded_.policy.play_integrity,
                                examined->inquiry.now, checks);
          Conclude(*examined, checks.reason());
        });
        if (!is_queued) examined->done(Reason::kUnavailable);
      });
}

void Examiner::Conclude(Case& examined, Reason reason) const {
  if (reason == Reason::kNone) reason = Remember(examined);
  examined.done(reason);
}

Reason Examiner::Remember(Case& examined) const {
  const Scheme scheme = examined.evidence().scheme;
  const base::UnixTime now = examined.inquiry.now;
  if (!examined.challenge_nonce.empty()) {
    const Reason reason =
        ReasonOf(parts_.memory.Note(kChallengeKind, examined.challenge_nonce, *examined.binding,
                                    now, kChallengeAgeMax + kMemoryMargin));
    if (reason != Reason::kNone) return reason;
  }
  if (loaded_.policy.remembers_bound_tokens && scheme != Scheme::kDeviceCheck) {
    const Reason reason =
        ReasonOf(parts_.memory.Note(SchemeId(scheme), RememberedBytes(examined.evidence()),
                                    *examined.binding, now, LifetimeOf(loaded_.policy, scheme)));
    if (reason != Reason::kNone) return reason;
  }
  if (!examined.attested_key || loaded_.policy.app_attest.mode != AppAttestMode::kAssertion) {
    return Reason::kNone;
  }
  const auto key_id = base::FromAnyBase64(examined.evidence().key_id);
  const Sha256Digest id = AttestedKeyId(examined.inquiry.app, *key_id);
  const Status added =
      parts_.records.AddAttestedKey({.id = {id.begin(), id.end()},
                                     .public_key = examined.attested_key->key.Spki(),
                                     .app_id = examined.attested_key->app_id,
                                     .counter = 0,
                                     .last_used_day = DayOf(now)});
  // The same upload sent again brings the same key.
  return added.ok() || absl::IsAlreadyExists(added) ? Reason::kNone : Reason::kUnavailable;
}

}  // namespace enks::attestation
