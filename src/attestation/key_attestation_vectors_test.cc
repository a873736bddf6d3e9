#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "attestation/key_attestation.h"
#include "attestation/key_attestation_chain.h"
#include "attestation/testing/vectors.h"
#include "base/base64.h"
#include "base/time_text.h"

// Chains of genuine phones with the real anchors, each at the time at which it was made.
namespace enks::attestation {
namespace {

using base::Bytes;
using testing::At;
using testing::JsonVector;
using testing::TextAt;

// What a chain is worth to a policy that asks for a locked phone, and to one that does not. Most
// public chains are of phones of developers, which are not locked.
struct Worth {
  Reason strict;
  Reason lax;
};

constexpr Worth kUnlocked{Reason::kVerdictInsufficient, Reason::kNone};
constexpr Worth kSound{Reason::kNone, Reason::kNone};
constexpr Worth kFalseChain{Reason::kChainInvalid, Reason::kChainInvalid};

const std::map<std::string, Worth>& Expected() {
  static const std::map<std::string, Worth> expected = {
      {"android_keyattestation/akita/sdk34/SB_RSA_NONE.pem", kUnlocked},
      {"android_keyattestation/akita/sdk34/TEE_EC_NONE.pem", kUnlocked},
      // Tells the IMEI, and the app that it names has no certificate.
      {"android_keyattestation/akita/sdk34/TEE_RSA_BASE+IMEI.pem",
       {Reason::kVerdictInsufficient, Reason::kAppMismatch}},
      {"android_keyattestation/akita/sdk34/TEE_RSA_NONE.pem", kUnlocked},
      {"android_keyattestation/akita/sdk34/TEE_RSA_NONE_USERAUTH.pem", kUnlocked},
      // One certificate only.
      {"android_keyattestation/allow_while_on_body.pem", {Reason::kMalformed, Reason::kMalformed}},
      {"android_keyattestation/caiman/sdk36/SB_EC_RKP.pem", kSound},
      {"android_keyattestation/caiman/sdk36/TEE_EC_RKP.pem", kSound},
      // A TRUE that is 01.
      {"android_keyattestation/invalid/malformed_rot_device_locked.pem", kSound},
      // Somebody changed the order of the tags, and so the leaf is not signed any more.
      {"android_keyattestation/invalid/tags_not_in_ascending_order.pem", kFalseChain},
      {"android_keyattestation/marlin/sdk29/TEE_EC_NONE.pem", kFalseChain},
      {"android_keyattestation/marlin/sdk29/TEE_RSA_NONE.pem", kFalseChain},
      {"android_keyattestation/p256_sha384_intermediate.pem", kFalseChain},
      {"android_keyattestation/tegu/sdk37/TEE_MAX_USAGE_COUNT.pem", kUnlocked},
      {"android_keyattestation/tegu/sdk37/TEE_TRUSTED_CONF.pem", kUnlocked},
      {"google_android_key_attestation/algorithm_EC_SecurityLevel_StrongBox.pem", kFalseChain},
      {"google_android_key_attestation/algorithm_EC_SecurityLevel_TEE.pem", kUnlocked},
      {"google_android_key_attestation/algorithm_RSA_SecurityLevel_StrongBox.pem", kFalseChain},
      {"google_android_key_attestation/algorithm_RSA_SecurityLevel_TEE.pem", kUnlocked},
  };
  return expected;
}

std::vector<crypto::PublicKey> Anchors() {
  std::vector<crypto::PublicKey> anchors;
  for (const auto* name : {"2016", "2019", "2021", "2022"}) {
    const auto path = "roots/google_hw_attestation_root_" + std::string(name) + ".pem";
    anchors.push_back(*testing::ReadCertificates(path).front().Key());
  }
  anchors.push_back(
      *testing::ReadCertificates("roots/google_key_attestation_ca1_p384_2025.pem").front().Key());
  return anchors;
}

Evidence EvidenceOf(const std::string& file) {
  Evidence evidence;
  evidence.scheme = Scheme::kAndroidKeyAttestation;
  for (const auto& certificate : testing::ReadCertificates("keyattestation/" + file)) {
    evidence.chain.push_back(base::ToBase64(certificate.Der()));
  }
  return evidence;
}

std::vector<std::string> TextsOf(json::Value array) {
  std::vector<std::string> texts;
  if (!array.Exists() || array.kind() != json::Kind::kArray) return texts;
  for (auto each = array.First(); each.Exists(); each = each.Next()) texts.push_back(each.Text());
  return texts;
}

// The policy that an app which made this chain would have, with `index` saying what is in it.
KeyAttestationPolicy PolicyOf(json::Value index) {
  KeyAttestationPolicy policy;
  policy.packages = TextsOf(At(index, "packages"));
  for (const std::string& hex : TextsOf(At(index, "signing_digests"))) {
    const auto digest = base::FromHex(hex);
    std::ranges::copy(*digest, policy.certificate_digests.emplace_back().begin());
  }
  return policy;
}

class KeyAttestationVectorsTest : public ::testing::Test {
 protected:
  KeyAttestationVectorsTest()
      : list_(*RevocationList::FromJson(
            testing::ReadVector("keyattestation/google_android_key_attestation/status.json"),
            base::UnixTime())) {}

  Reason Verify(const Evidence& evidence, json::Value index, KeyAttestationPolicy policy,
                base::UnixTime now, Checks::Detail detail = Checks::Detail::kFirstFailure) {
    policy.revocation_age_max = std::chrono::days(100'000);
    const auto challenge = base::FromHex(At(index, "challenge_hex").kind() == json::Kind::kString
                                             ? TextAt(index, "challenge_hex")
                                             : "");
    Checks checks(detail);
    VerifyKeyAttestation(evidence, {.message = {}, .challenge = *challenge}, policy,
                         {anchors_, &list_}, now, checks);
    return checks.reason();
  }

  JsonVector index_{"keyattestation/index.json"};
  std::vector<crypto::PublicKey> anchors_ = Anchors();
  RevocationList list_;
};

KeyAttestationPolicy Lax(KeyAttestationPolicy policy) {
  policy.require_locked = false;
  policy.require_verified_boot = false;
  return policy;
}

base::UnixTime CreatedAt(json::Value index) {
  const json::Value created = At(index, "creation");
  return created.kind() == json::Kind::kString ? *base::ParseTime(created.Text())
                                               : *base::ParseTime("2025-01-01");
}

TEST_F(KeyAttestationVectorsTest, AreWorthWhatTheyAre) {
  std::size_t count = 0;
  for (auto index = index_.Root().First(); index.Exists(); index = index.Next(), ++count) {
    const std::string file = TextAt(index, "file");
    ASSERT_TRUE(Expected().contains(file)) << file;
    const auto [strict, lax] = Expected().at(file);
    const Evidence evidence = EvidenceOf(file);
    const base::UnixTime now = CreatedAt(index) + std::chrono::seconds(1);
    EXPECT_EQ(Verify(evidence, index, PolicyOf(index), now), strict) << file;
    EXPECT_EQ(Verify(evidence, index, Lax(PolicyOf(index)), now), lax) << file;
    EXPECT_EQ(Verify(evidence, index, PolicyOf(index), now, Checks::Detail::kEveryStep), strict);
  }
  EXPECT_EQ(count, Expected().size());
}

TEST_F(KeyAttestationVectorsTest, AreNotTakenWithoutTheirAnchor) {
  anchors_.clear();
  for (auto index = index_.Root().First(); index.Exists(); index = index.Next()) {
    EXPECT_NE(
        Verify(EvidenceOf(TextAt(index, "file")), index, Lax(PolicyOf(index)), CreatedAt(index)),
        Reason::kNone);
  }
}

TEST_F(KeyAttestationVectorsTest, AreStaleWhenTheyAreOld) {
  for (auto index = index_.Root().First(); index.Exists(); index = index.Next()) {
    const std::string file = TextAt(index, "file");
    if (Expected().at(file).lax != Reason::kNone) continue;
    const auto policy = Lax(PolicyOf(index));
    const base::UnixTime created = CreatedAt(index);
    const Evidence evidence = EvidenceOf(file);
    EXPECT_EQ(Verify(evidence, index, policy, created + std::chrono::seconds(600)), Reason::kNone);
    EXPECT_EQ(Verify(evidence, index, policy, created + std::chrono::seconds(602)), Reason::kStale);
    EXPECT_EQ(Verify(evidence, index, policy, created - std::chrono::seconds(299)), Reason::kNone);
    EXPECT_EQ(Verify(evidence, index, policy, created - std::chrono::seconds(301)),
              Reason::kFuture);
  }
}

// Chains from a factory go on after their certificates' end, others do not.
TEST_F(KeyAttestationVectorsTest, OutliveTheirCertificatesOnlyIfTheyCameFromAFactory) {
  for (auto index = index_.Root().First(); index.Exists(); index = index.Next()) {
    const std::string file = TextAt(index, "file");
    if (Expected().at(file).lax != Reason::kNone) continue;
    auto policy = Lax(PolicyOf(index));
    policy.window.past = std::chrono::days(36'500);
    const Reason expected =
        TextAt(index, "provisioning") == "factory" ? Reason::kNone : Reason::kChainInvalid;
    EXPECT_EQ(Verify(EvidenceOf(file), index, policy, *base::ParseTime("2045-01-01")), expected)
        << file;
  }
}

TEST_F(KeyAttestationVectorsTest, HaveSerialNumbersThatLookDecimal) {
  const std::string file = "google_android_key_attestation/algorithm_EC_SecurityLevel_TEE.pem";
  for (auto index = index_.Root().First(); index.Exists(); index = index.Next()) {
    if (TextAt(index, "file") != file) continue;
    list_ = *RevocationList::FromJson(
        R"({"entries":{"13206311789638820911":{"status":"REVOKED"}}})", base::UnixTime());
    EXPECT_EQ(Verify(EvidenceOf(file), index, Lax(PolicyOf(index)), CreatedAt(index)),
              Reason::kRevoked);
    // The same serial number in decimal.
    list_ = *RevocationList::FromJson(
        R"({"entries":{"90322397604352912132369":{"status":"REVOKED"}}})", base::UnixTime());
    EXPECT_EQ(Verify(EvidenceOf(file), index, Lax(PolicyOf(index)), CreatedAt(index)),
              Reason::kNone);
  }
}

// P-256 keys that sign with SHA-384: the links hold under the chain's own root, and what is wrong
// is the description, which is none.
TEST_F(KeyAttestationVectorsTest, MayBeSignedWithAnotherHash) {
  const std::string file = "android_keyattestation/p256_sha384_intermediate.pem";
  const auto chain = testing::ReadCertificates("keyattestation/" + file);
  Checks checks(Checks::Detail::kFirstFailure);
  EXPECT_TRUE(CheckKeyAttestationChain(chain, {*chain.back().Key()}, *base::ParseTime("2025-01-01"),
                                       checks));
  EXPECT_EQ(checks.reason(), Reason::kNone);
}

SecurityLevel LevelNamed(const std::string& name) {
  if (name == "STRONG_BOX") return SecurityLevel::kStrongBox;
  return name == "SOFTWARE" ? SecurityLevel::kSoftware : SecurityLevel::kTrustedEnvironment;
}

void ExpectApplication(const ApplicationId& application, json::Value expected) {
  std::vector<std::string> packages;
  const json::Value list = At(expected, "packages");
  for (auto each = list.First(); each.Exists(); each = each.Next()) {
    packages.push_back(TextAt(each, "name"));
  }
  std::vector<std::string> digests;
  for (const Bytes& digest : application.certificate_digests) {
    digests.push_back(base::ToBase64(digest));
  }
  EXPECT_EQ(application.packages, packages);
  EXPECT_EQ(digests, TextsOf(At(expected, "signatures")));
}

void ExpectHardware(const AuthorizationList& list, json::Value expected) {
  std::vector<std::string> purposes;
  for (const std::int64_t purpose : list.purposes) purposes.push_back(std::to_string(purpose));
  EXPECT_EQ(purposes, TextsOf(At(expected, "purposes")));
  EXPECT_EQ(std::to_string(list.algorithm.value_or(0)), TextAt(expected, "algorithms"));
  EXPECT_EQ(list.origin == kOriginGenerated, TextAt(expected, "origin") == "GENERATED");
  EXPECT_EQ(list.os_patch_level ? std::to_string(*list.os_patch_level) : "",
            TextAt(expected, "osPatchLevel"));
  EXPECT_EQ(list.identifies_phone, At(expected, "attestationIdImei").Exists());
  const json::Value root = At(expected, "rootOfTrust");
  ASSERT_EQ(list.root_of_trust.has_value(), root.Exists());
  if (!root.Exists()) return;
  EXPECT_EQ(list.root_of_trust->device_locked,
            At(root, "deviceLocked").kind() == json::Kind::kTrue);
  EXPECT_EQ(list.root_of_trust->boot_state == BootState::kVerified,
            TextAt(root, "verifiedBootState") == "VERIFIED");
}

// Nine chains have what Google's own reader makes of them beside them.
TEST_F(KeyAttestationVectorsTest, ReadAsGoogleReadsThem) {
  for (const std::string name :
       {"akita/sdk34/SB_RSA_NONE", "akita/sdk34/TEE_EC_NONE", "akita/sdk34/TEE_RSA_BASE+IMEI",
        "akita/sdk34/TEE_RSA_NONE", "akita/sdk34/TEE_RSA_NONE_USERAUTH", "caiman/sdk36/SB_EC_RKP",
        "caiman/sdk36/TEE_EC_RKP", "marlin/sdk29/TEE_EC_NONE", "marlin/sdk29/TEE_RSA_NONE",
        "tegu/sdk37/TEE_MAX_USAGE_COUNT", "tegu/sdk37/TEE_TRUSTED_CONF"}) {
    SCOPED_TRACE(name);
    const std::string path = "keyattestation/android_keyattestation/" + name;
    const JsonVector expected(path + ".json");
    const json::Value root = expected.Root();
    const auto leaf = testing::ReadCertificates(path + ".pem").front();
    const auto read = ReadKeyDescription(*leaf.Extension(kKeyDescriptionExtension));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(std::to_string(read->version), TextAt(root, "attestationVersion"));
    EXPECT_EQ(read->attestation_level, LevelNamed(TextAt(root, "attestationSecurityLevel")));
    EXPECT_EQ(read->key_level, LevelNamed(TextAt(root, "keyMintSecurityLevel")));
    EXPECT_EQ(base::ToBase64(read->challenge), TextAt(root, "attestationChallenge"));
    EXPECT_FALSE(read->has_unique_id);
    const json::Value software = At(root, "softwareEnforced");
    EXPECT_EQ(std::to_string(*read->software.created_ms), TextAt(software, "creationDateTime"));
    ExpectApplication(*read->software.application, At(software, "attestationApplicationId"));
    ExpectHardware(read->hardware, At(root, "hardwareEnforced"));
  }
}

}  // namespace
}  // namespace enks::attestation
