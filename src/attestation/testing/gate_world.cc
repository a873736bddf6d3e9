#include "attestation/testing/gate_world.h"

#include <fmt/format.h>

#include <thread>

#include "attestation/binding.h"
#include "attestation/issuing/integrity_issuer.h"
#include "attestation/issuing/key_attestation_maker.h"
#include "attestation/issuing/safetynet_issuer.h"
#include "attestation/issuing/signing.h"
#include "base/base64.h"
#include "base/check.h"
#include "crypto/ecdsa.h"
#include "json/writer.h"
#include "store/open.h"

namespace enks::attestation::testing {
namespace {

using base::Bytes;
using crypto::ToPem;
using std::chrono::days;

constexpr const char* kTeam = "TEAM123456";
constexpr const char* kAppleKeyId = "KEY1234567";
constexpr const char* kAccount = "enks@project.example";
const Bytes kSigningDigest(32, 0x99);

// Whoever issues attestations. Made once a process, since their keys take a while.
struct Issuers {
  base::SystemRandom random;
  issuing::SafetyNetIssuer safetynet{kWorldStart - std::chrono::hours(1)};
  issuing::IntegrityIssuer integrity{random};
  issuing::IntegrityIssuer other_integrity{random};
  issuing::AppAttestIssuer app_attest{kWorldStart - days(100)};
  issuing::KeyAttestationIssuer key_attestation{kWorldStart - days(1000)};
  crypto::EcdsaPrivateKey apple_key = crypto::EcdsaPrivateKey::Generate();
  std::string account_key = issuing::GenerateRsa2048();
};

Issuers& All() {
  static Issuers issuers;
  return issuers;
}

Bytes BindingBytes(Scheme scheme, const BoundUpload& upload) {
  const auto binding = BindingOf(scheme, upload);
  ENKS_CHECK(binding.has_value());
  return {binding->begin(), binding->end()};
}

issuing::IntegrityResult SoundVerdict(const BoundUpload& upload) {
  return {.nonce = base::ToBase64Url(BindingBytes(Scheme::kPlayIntegrity, upload)),
          .hash = "",
          .made_at = kWorldStart,
          .package = kAndroidPackage,
          .certificate_digests = {base::ToBase64Url(kSigningDigest)}};
}

std::string AccountText(const std::string& token_uri) {
  json::Writer writer;
  writer.BeginObject().Name("client_email").Text(kAccount);
  writer.Name("private_key").Text(All().account_key).Name("token_uri").Text(token_uri).EndObject();
  return std::move(writer).Take();
}

Evidence EvidenceOf(Scheme scheme) {
  Evidence evidence;
  evidence.scheme = scheme;
  return evidence;
}

std::string Quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

}  // namespace

GateWorld::GateWorld(store::StoreLocation::Engine engine)
    : clock_(kWorldStart),
      database_(engine),
      store_(OpenStore()),
      apple_({kTeam, kAppleKeyId, All().apple_key.PublicKey()}, clock_),
      google_({kAccount, kAndroidPackage, issuing::PublicKeyOf(All().account_key)}, clock_) {
  WriteTrust();
  WritePolicy(Knobs());
}

GateWorld::~GateWorld() = default;

const crypto::Certificate& GateWorld::key_attestation_root() {
  return All().key_attestation.root().certificate;
}

std::unique_ptr<store::Store> GateWorld::OpenStore() {
  auto store = store::OpenStore(database_.location(), store::StoreLimits(), clock_, log_);
  ENKS_CHECK(store.ok());
  return *std::move(store);
}

void GateWorld::WriteFile(const std::string& name, std::string_view text) {
  ENKS_CHECK(files_.Write(PathOf(name), base::AsBytes(text), base::FileMode::kOwnerOnly).ok());
}

void GateWorld::WriteTrust() {
  WriteFile("safetynet.pem", ToPem(All().safetynet.root()));
  WriteFile("app_attest.pem", ToPem(All().app_attest.root()));
  WriteFile("receipt.pem", ToPem(All().app_attest.receipt_root()));
  WriteFile("key_attestation.pem", ToPem(All().key_attestation.root().certificate));
  WriteFile("integrity.keys", All().integrity.KeysText());
  WriteFile("apple.p8", All().apple_key.ToPem());
  WriteFile("account.json", AccountText(google_.TokenUri()));
  WriteFile("revoked.json", R"({"entries":{"abc":{"status":"REVOKED"}}})");
  // The clock of the world is not that of the disk.
  std::filesystem::last_write_time(
      PathOf("revoked.json"),
      std::chrono::file_clock::from_sys(
          std::chrono::time_point_cast<std::chrono::nanoseconds>(kWorldStart)));
}

KnobTexts GateWorld::Knobs(const KnobTexts& changed) const {
  const std::string packages = fmt::format("[\"{}\"]", kAndroidPackage);
  const std::string digests = fmt::format("[\"{}\"]", base::ToHex(kSigningDigest));
  KnobTexts knobs = {
      {"mode", Quoted("enforce")},
      {"schemes", R"(["safetynet", "play-integrity", "devicecheck", "app-attest", )"
                  R"("android-key-attestation"])"},
      {"safetynet.packages", packages},
      {"safetynet.cert_digests", digests},
      {"play_integrity.packages", packages},
      {"play_integrity.cert_digests", digests},
      {"play_integrity.decode", Quoted("local-then-google")},
      {"play_integrity.keys", R"(["integrity.keys"])"},
      {"play_integrity.service_account_file", Quoted("account.json")},
      {"play_integrity.base_url", Quoted(google_.Url())},
      {"devicecheck.team_id", Quoted(kTeam)},
      {"devicecheck.key_id", Quoted(kAppleKeyId)},
      {"devicecheck.private_key_file", Quoted("apple.p8")},
      {"devicecheck.base_url", Quoted(apple_.Url())},
      {"app_attest.app_ids", fmt::format("[\"{}\"]", kIosAppId)},
      {"android_key_attestation.packages", packages},
      {"android_key_attestation.cert_digests", digests},
      {"android_key_attestation.revocation_file", Quoted("revoked.json")},
  };
  for (const auto& [name, value] : changed) knobs[name] = value;
  return knobs;
}

void GateWorld::WritePolicies(const std::map<std::string, KnobTexts>& policies) {
  std::string text = R"([anchors]
safetynet = ["safetynet.pem"]
app-attest = ["app_attest.pem"]
app-attest-receipt = ["receipt.pem"]
android-key-attestation = ["key_attestation.pem"]
)";
  for (const auto& [app, knobs] : policies) {
    text += fmt::format("[policy.\"{}\"]\n", app);
    for (const auto& [name, value] : knobs) text += fmt::format("{} = {}\n", name, value);
  }
  WriteFile("policy.toml", text);
}

Status GateWorld::Open(std::size_t workers, std::size_t waiting_max) {
  Close();
  const GateParts parts{*store_, clock_, random_, files_, log_, metrics_};
  auto gate = PolicyGate::Open({PathOf("policy.toml"), workers, waiting_max}, parts);
  if (!gate.ok()) return gate.status();
  gate_ = *std::move(gate);
  return absl::OkStatus();
}

BoundUpload GateWorld::Upload() {
  BoundUpload upload;
  upload.health_authority_id = "com.Example.Authority";
  upload.keys = {{"ISIjJCUmJygpKissLS4vMA==", 2'676'600, 144, 2},
                 {"AQIDBAUGBwgJCgsMDQ4PEA==", 2'676'456, 144, 0}};
  upload.verification_payload = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";
  upload.hmac_key = "AAECAwQFBgcICQoLDA0ODw==";
  upload.symptom_onset = 2'676'300;
  return upload;
}

Evidence GateWorld::Attest(Scheme scheme, const BoundUpload& upload) {
  switch (scheme) {
    case Scheme::kSafetyNet:
      return SafetyNet(upload);
    case Scheme::kPlayIntegrity:
      return PlayIntegrity(upload);
    case Scheme::kDeviceCheck:
      return DeviceToken("VALID " + upload.verification_payload);
    case Scheme::kAppAttest:
      return AppAttest(upload).evidence;
    case Scheme::kAndroidKeyAttestation:
      return KeyAttestation(upload);
  }
  ENKS_CHECK(false);
  return {};
}

Evidence GateWorld::SafetyNet(const BoundUpload& upload) {
  Evidence evidence = EvidenceOf(Scheme::kSafetyNet);
  evidence.token = All().safetynet.Token({.nonce = LegacyNonce(upload),
                                          .made_at = clock_.Now(),
                                          .package = kAndroidPackage,
                                          .certificate_digests = {base::ToBase64(kSigningDigest)}});
  return evidence;
}

Evidence GateWorld::PlayIntegrity(const BoundUpload& upload) {
  Evidence evidence = EvidenceOf(Scheme::kPlayIntegrity);
  issuing::IntegrityResult verdict = SoundVerdict(upload);
  verdict.made_at = clock_.Now();
  evidence.token = All().integrity.Token(verdict);
  return evidence;
}

Evidence GateWorld::SealedForGoogle(const BoundUpload& upload) {
  Evidence evidence = EvidenceOf(Scheme::kPlayIntegrity);
  issuing::IntegrityResult verdict = SoundVerdict(upload);
  verdict.made_at = clock_.Now();
  evidence.token = All().other_integrity.Token(verdict);
  google_.Teach(evidence.token, IntegrityPayload(verdict));
  return evidence;
}

Evidence GateWorld::DeviceToken(const std::string& token) {
  Evidence evidence = EvidenceOf(Scheme::kDeviceCheck);
  evidence.token = base::ToBase64(base::AsBytes(token));
  return evidence;
}

issuing::MadeAppAttest GateWorld::AppAttest(const BoundUpload& upload) {
  issuing::AppAttestText text;
  text.app_id = kIosAppId;
  text.client_data_hash = BindingBytes(Scheme::kAppAttest, upload);
  text.made_at = clock_.Now();
  return All().app_attest.Attest(text);
}

Evidence GateWorld::Assertion(const issuing::MadeAppAttest& key, const BoundUpload& upload,
                              std::uint32_t counter) {
  Evidence evidence = EvidenceOf(Scheme::kAppAttest);
  evidence.key_id = key.evidence.key_id;
  issuing::AppAttestAssertionText text;
  text.app_id = kIosAppId;
  text.client_data_hash = BindingBytes(Scheme::kAppAttest, upload);
  text.counter = counter;
  evidence.assertion = issuing::AssertAppAttest(key.private_key, text);
  return evidence;
}

Evidence GateWorld::KeyAttestation(const BoundUpload& upload) {
  issuing::KeyAttestationText text;
  text.description = issuing::SoundDescription(clock_.Now(), kAndroidPackage, kSigningDigest);
  text.description.challenge = BindingBytes(Scheme::kAndroidKeyAttestation, upload);
  text.not_before = kWorldStart - days(7);
  text.not_after = kWorldStart + days(30);
  text.attestation_serial = kAttestationSerial;
  const auto chain = All().key_attestation.Issue(text);
  Evidence evidence = issuing::EvidenceOf(chain);
  issuing::SignUpload(chain.front(), *BoundMessage(Scheme::kAndroidKeyAttestation, upload),
                      evidence);
  return evidence;
}

Inquiry GateWorld::About(std::optional<Evidence> evidence, const BoundUpload& upload) const {
  Inquiry inquiry;
  inquiry.app = kApp;
  inquiry.upload = upload;
  inquiry.evidence = std::move(evidence);
  if (inquiry.evidence) inquiry.evidence->challenge = upload.challenge;
  inquiry.now = clock_.Now();
  return inquiry;
}

Awaited<Admission> GateWorld::Begin(Inquiry inquiry) {
  Awaited<Admission> admission;
  gate_->Ask(std::move(inquiry), admission.Callback());
  return admission;
}

int GateWorld::Count(std::string_view scheme, Reason reason) const {
  const std::string text = metrics_.Text();
  const std::string line = fmt::format("enks_attestations_total{{outcome=\"{}\",scheme=\"{}\"}} ",
                                       ReasonName(reason), scheme);
  const std::size_t at = text.find(line);
  return at == std::string::npos ? 0 : std::stoi(text.substr(at + line.size()));
}

void GateWorld::AwaitCount(std::string_view scheme, Reason reason, int count) const {
  const base::SystemClock real;
  const auto end = real.Monotonic() + std::chrono::seconds(30);
  while (Count(scheme, reason) != count) {
    ENKS_CHECK(real.Monotonic() < end);
    std::this_thread::yield();
  }
}

}  // namespace enks::attestation::testing
