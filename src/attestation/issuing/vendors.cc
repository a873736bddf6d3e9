#include "attestation/issuing/vendors.h"

#include <fmt/format.h>

#include <utility>

#include "attestation/issuing/app_attest_maker.h"
#include "attestation/issuing/fake_device_check.h"
#include "attestation/issuing/fake_google.h"
#include "attestation/issuing/integrity_issuer.h"
#include "attestation/issuing/key_attestation_maker.h"
#include "attestation/issuing/safetynet_issuer.h"
#include "base/base64.h"
#include "base/check.h"
#include "crypto/digest.h"
#include "json/writer.h"

namespace enks::attestation::issuing {
namespace {

using base::Bytes;
using base::UnixTime;

// About as long as Apple's.
constexpr std::size_t kDeviceTokenBytes = 1600;
// Apple does not say how long; the server remembers used ones for a day.
constexpr std::chrono::minutes kDeviceTokenLife{30};
// What Google gives to phones over the network is good for some weeks.
constexpr std::chrono::days kProvisionedBefore{3};
constexpr std::chrono::days kProvisionedFor{14};

MadeAt InMilliseconds(UnixTime now) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(now);
}

// Attestations cannot be bound to an upload that no phone of ours sends.
Bytes Binding(Scheme scheme, const BoundUpload& upload) {
  const auto binding = BindingOf(scheme, upload);
  ENKS_CHECK(binding.has_value());
  return {binding->begin(), binding->end()};
}

Evidence TokenEvidence(Scheme scheme, std::string token) {
  Evidence evidence;
  evidence.scheme = scheme;
  evidence.token = std::move(token);
  return evidence;
}

// Those who sign, for one set of roots.
struct Issuers {
  Issuers(UnixTime valid_from, base::Random& random)
      : safetynet(valid_from, kVendorLife),
        integrity(random),
        app_attest(valid_from),
        key_attestation(valid_from) {}

  SafetyNetIssuer safetynet;
  IntegrityIssuer integrity;
  AppAttestIssuer app_attest;
  KeyAttestationIssuer key_attestation;
};

std::string ServiceAccountJson(const SimulatedApp& app, const crypto::RsaPrivateKey& key,
                               const std::string& token_uri) {
  json::Writer writer;
  writer.BeginObject().Name("type").Text("service_account");
  writer.Name("client_email").Text(app.service_account).Name("private_key").Text(key.ToPem());
  writer.Name("token_uri").Text(token_uri).EndObject();
  return std::move(writer).Take();
}

class SimulatedVendors final : public Vendors {
 public:
  SimulatedVendors(SimulatedApp app, UnixTime valid_from, const base::Clock& clock,
                   base::Random& random)
      : app_(std::move(app)),
        random_(random),
        genuine_(valid_from, random),
        counterfeit_(valid_from, random),
        for_google_(random),
        apple_({app_.team_id, app_.device_check_key_id, device_check_key_.PublicKey()}, clock),
        google_({app_.service_account, app_.package, account_key_.PublicKey()}, clock) {}

  Evidence Attest(Scheme scheme, const BoundUpload& upload, UnixTime now) override {
    return Make(scheme, upload, now, genuine_);
  }
  Evidence Counterfeit(Scheme scheme, const BoundUpload& upload, UnixTime now) override {
    return Make(scheme, upload, now, counterfeit_);
  }
  void SetWitness(Witness witness) override { witness_ = std::move(witness); }
  const SimulatedApp& app() const override { return app_; }

  Handout HandOut() const override {
    return {.safetynet_root = genuine_.safetynet.root(),
            .app_attest_root = genuine_.app_attest.root(),
            .app_attest_receipt_root = genuine_.app_attest.receipt_root(),
            .key_attestation_root = genuine_.key_attestation.root().certificate,
            .app_certificate_digest = base::ToHex(AppDigest()),
            .integrity_keys = genuine_.integrity.KeysText(),
            .service_account = ServiceAccountJson(app_, account_key_, google_.TokenUri()),
            .google_url = google_.Url(),
            .device_check_key = device_check_key_.ToPem(),
            .apple_url = apple_.Url()};
  }

 private:
  bool IsGenuine(const Issuers& by) const { return &by == &genuine_; }

  Bytes AppDigest() const {
    const auto digest = crypto::Sha256(base::AsBytes(app_.certificate_name));
    return {digest.begin(), digest.end()};
  }

  Bytes RandomBytes(std::size_t size) {
    Bytes bytes(size);
    random_.Fill(bytes);
    return bytes;
  }

  Evidence Make(Scheme scheme, const BoundUpload& upload, UnixTime now, Issuers& by) {
    Evidence evidence = MakeBy(scheme, upload, now, by);
    if (witness_) witness_(evidence);
    return evidence;
  }

  Evidence MakeBy(Scheme scheme, const BoundUpload& upload, UnixTime now, Issuers& by) {
    switch (scheme) {
      case Scheme::kSafetyNet:
        return TokenEvidence(scheme, SafetyNetToken(upload, now, by));
      case Scheme::kPlayIntegrity:
        return TokenEvidence(scheme, IntegrityToken(upload, now, by));
      case Scheme::kDeviceCheck:
        return TokenEvidence(scheme, DeviceToken(now, by));
      case Scheme::kAppAttest:
        return AppAttestation(upload, now, by);
      case Scheme::kAndroidKeyAttestation:
        break;
    }
    return KeyAttestation(upload, now, by);
  }

  std::string SafetyNetToken(const BoundUpload& upload, UnixTime now, const Issuers& by) const {
    SafetyNetResult result;
    result.nonce = LegacyNonce(upload);
    result.made_at = InMilliseconds(now);
    result.package = app_.package;
    result.certificate_digests = {base::ToBase64(AppDigest())};
    return by.safetynet.Token(result);
  }

  std::string IntegrityToken(const BoundUpload& upload, UnixTime now, Issuers& by) {
    const bool is_for_google = IsGenuine(by) && (++integrity_tokens_ % 2 == 0);
    const std::string binding = base::ToBase64Url(Binding(Scheme::kPlayIntegrity, upload));
    IntegrityResult result;
    // A standard request is what Google documents for tokens that it decodes itself.
    (is_for_google ? result.hash : result.nonce) = binding;
    result.made_at = InMilliseconds(now);
    result.package = app_.package;
    result.certificate_digests = {base::ToBase64Url(AppDigest())};
    if (!is_for_google) return by.integrity.Token(result);
    const std::string payload = IntegrityPayload(result);
    std::string token = for_google_.TokenOf(payload);
    google_.Teach(token, payload);
    return token;
  }

  std::string DeviceToken(UnixTime now, const Issuers& by) {
    Bytes token = RandomBytes(kDeviceTokenBytes);
    const auto until = (now + kDeviceTokenLife).time_since_epoch().count();
    const std::string says = IsGenuine(by) ? fmt::format("VALID UNTIL {} ", until) : "BAD";
    token.insert(token.begin(), says.begin(), says.end());
    return base::ToBase64(token);
  }

  Evidence AppAttestation(const BoundUpload& upload, UnixTime now, const Issuers& by) {
    AppAttestText text;
    text.app_id = app_.app_id();
    text.client_data_hash = Binding(Scheme::kAppAttest, upload);
    text.made_at = now;
    text.serial = random_.Next64();
    return by.app_attest.Attest(text).evidence;
  }

  Evidence KeyAttestation(const BoundUpload& upload, UnixTime now, const Issuers& by) {
    KeyAttestationText text;
    text.description = SoundDescription(now, app_.package, AppDigest());
    text.description.challenge = Binding(Scheme::kAndroidKeyAttestation, upload);
    text.provisioning = ++attested_keys_ % 2 == 0 ? Provisioning::kRemote : Provisioning::kFactory;
    text.not_before = now - kProvisionedBefore;
    text.not_after = now + kProvisionedFor;
    text.attestation_serial = random_.Next64();
    const auto chain = by.key_attestation.Issue(text);
    Evidence evidence = EvidenceOf(chain);
    SignUpload(chain.front(), *BoundMessage(Scheme::kAndroidKeyAttestation, upload), evidence);
    return evidence;
  }

  const SimulatedApp app_;
  base::Random& random_;
  const crypto::EcdsaPrivateKey device_check_key_ = crypto::EcdsaPrivateKey::Generate();
  const crypto::RsaPrivateKey account_key_ = crypto::RsaPrivateKey::Generate();
  Issuers genuine_;
  Issuers counterfeit_;
  IntegrityIssuer for_google_;  // its keys are Google's alone
  int integrity_tokens_ = 0;
  int attested_keys_ = 0;
  Witness witness_;
  FakeDeviceCheck apple_;
  FakeGoogle google_;
};

}  // namespace

std::unique_ptr<Vendors> Vendors::Create(SimulatedApp app, UnixTime valid_from,
                                         const base::Clock& clock, base::Random& random) {
  return std::make_unique<SimulatedVendors>(std::move(app), valid_from, clock, random);
}

}  // namespace enks::attestation::issuing
