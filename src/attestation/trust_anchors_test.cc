#include "attestation/trust_anchors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "attestation/testing/vectors.h"
#include "base/base64.h"
#include "base/test_folder.h"
#include "crypto/ecdsa.h"
#include "crypto/issuing.h"

namespace enks::attestation {
namespace {

using crypto::AuthorityText;
using crypto::CertificateText;
using crypto::ToPem;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// In December 2026, when the oldest key attestation root had expired.
constexpr base::UnixTime kNow{seconds(1'796'000'000)};
const std::filesystem::path kRoots = ENKS_ATTESTATION_VECTORS "/roots";

class TrustAnchorsTest : public ::testing::Test {
 protected:
  std::filesystem::path File(const std::string& name, std::string_view content) {
    EXPECT_TRUE(
        files_.Write(folder_.path() / name, base::AsBytes(content), base::FileMode::kOwnerOnly)
            .ok());
    return folder_.path() / name;
  }
  Result<TrustAnchors> Read(AnchorUse use, const std::vector<std::filesystem::path>& paths) {
    return TrustAnchors::Read(use, paths, kNow, files_);
  }
  // What is wrong with a file of that content.
  std::string ProblemOf(std::string_view content,
                        AnchorUse use = AnchorUse::kAndroidKeyAttestation) {
    return std::string(MessageOf(Read(use, {File("anchor.pem", content)}).status()));
  }

  static std::string Pem(const std::string& name) { return testing::ReadVector("roots/" + name); }
  static std::string Refused(const std::string& name) {
    return testing::ReadVector("refused_roots/" + name);
  }
  // The bare key of a certificate.
  static std::string KeyOf(const std::string& certificate) {
    const auto read = crypto::Certificate::ManyFromPem(certificate);
    std::string text = "-----BEGIN PUBLIC KEY-----\n";
    const std::string base64 = base::ToBase64(read->front().Spki());
    for (std::size_t at = 0; at < base64.size(); at += 64) text += base64.substr(at, 64) + "\n";
    return text + "-----END PUBLIC KEY-----\n";
  }

  base::TestFolder folder_;
  base::SystemFiles files_;
};

TEST_F(TrustAnchorsTest, ReadsFilesAndDescribesEachAnchor) {
  const auto anchors = Read(AnchorUse::kSafetyNet, {kRoots / "gts_root_r1.pem"});
  ASSERT_TRUE(anchors.ok()) << anchors.status();
  EXPECT_THAT(anchors->certificates(), SizeIs(1));
  EXPECT_THAT(anchors->descriptions(),
              ElementsAre("CN=GTS Root R1,O=Google Trust Services LLC,C=US, SHA-256 d947432abde7b7f"
                          "a90fc2e6b59101b1280e0e1c7e4e40fa3c6887fff57a7f4cf"));
  EXPECT_THAT(anchors->warnings(), IsEmpty());
}

TEST_F(TrustAnchorsTest, ReadsFoldersAndTakesEachAnchorOnce) {
  File("a.pem", Pem("gts_root_r1.pem") + Pem("globalsign_root_ca_r1.pem"));
  File("b.pem", "Comment\n" + Pem("gts_root_r1.pem"));
  File(".hidden", "no PEM");
  const auto anchors = Read(AnchorUse::kSafetyNet, {folder_.path(), kRoots / "gts_root_r1.pem"});
  ASSERT_TRUE(anchors.ok()) << anchors.status();
  EXPECT_THAT(anchors->certificates(), SizeIs(2));
  EXPECT_THAT(anchors->keys(), SizeIs(2));
  EXPECT_THAT(anchors->descriptions(), SizeIs(2));
}

TEST_F(TrustAnchorsTest, TheIssuesOfOneKeyAreOneKey) {
  std::vector<std::filesystem::path> paths;
  for (const char* year : {"2016", "2019", "2021", "2022"}) {
    paths.push_back(kRoots / ("google_hw_attestation_root_" + std::string(year) + ".pem"));
  }
  paths.push_back(kRoots / "google_key_attestation_ca1_p384_2025.pem");
  const auto anchors = Read(AnchorUse::kAndroidKeyAttestation, paths);
  ASSERT_TRUE(anchors.ok()) << anchors.status();
  EXPECT_THAT(anchors->certificates(), SizeIs(5));
  ASSERT_THAT(anchors->keys(), SizeIs(2));
  EXPECT_EQ(base::ToHex(crypto::Sha256(anchors->keys()[0].Spki())),
            "feb2ea7551ee316ed4bb443c8293b884dbfdea40b603ee3e4f4a897e4580fbae");
  EXPECT_THAT(anchors->warnings(), ElementsAre(HasSubstr("expired on 2026-05-24")));
}

TEST_F(TrustAnchorsTest, TakesBareKeysForKeyAttestationOnly) {
  const std::string root = Pem("google_hw_attestation_root_2022.pem");
  const auto path = File("key.pem", KeyOf(root) + KeyOf(Pem("apple_root_ca_g3.pem")));
  const auto anchors = Read(AnchorUse::kAndroidKeyAttestation, {path});
  ASSERT_TRUE(anchors.ok()) << anchors.status();
  EXPECT_THAT(anchors->keys(), SizeIs(2));
  EXPECT_THAT(anchors->certificates(), IsEmpty());
  EXPECT_THAT(anchors->descriptions()[0], HasSubstr("feb2ea7551ee316e"));
  const auto read = crypto::Certificate::ManyFromPem(root);
  EXPECT_TRUE(anchors->HoldsKey(read->front().Spki()));
  EXPECT_FALSE(anchors->HoldsKey({}));
  for (const AnchorUse use :
       {AnchorUse::kSafetyNet, AnchorUse::kAppAttest, AnchorUse::kAppAttestReceipt}) {
    EXPECT_THAT(ProblemOf(KeyOf(root), use), HasSubstr("only key attestation"));
  }
}

TEST_F(TrustAnchorsTest, TheVerifierFollowsChainsToItsAnchors) {
  const auto anchors = Read(AnchorUse::kSafetyNet, {kRoots / "gts_root_r1.pem"});
  ASSERT_TRUE(anchors.ok());
  EXPECT_THAT(anchors->Verifier().anchors(), SizeIs(1));
  // The root is no certificate of a TLS server; for other uses that does not matter.
  const auto root = testing::ReadCertificates("roots/gts_root_r1.pem").front();
  EXPECT_FALSE(anchors->Verifier().Verify(root, {}, kNow).ok());
  const auto any = Read(AnchorUse::kAppAttest, {kRoots / "gts_root_r1.pem"});
  EXPECT_EQ(any->Verifier().Verify(root, {}, kNow), absl::OkStatus());
}

TEST_F(TrustAnchorsTest, RefusesTheRootsThatAreForSomethingElse) {
  const std::string software = Refused("android_software_attestation_root.pem");
  const std::string webauthn = Refused("apple_webauthn_root_ca.pem");
  EXPECT_THAT(ProblemOf(software), HasSubstr("not to be trusted"));
  EXPECT_THAT(ProblemOf(webauthn, AnchorUse::kAppAttest), HasSubstr("not to be trusted"));
  EXPECT_THAT(ProblemOf(KeyOf(software)), HasSubstr("not to be trusted"));
  EXPECT_THAT(ProblemOf(KeyOf(webauthn)), HasSubstr("not to be trusted"));
  EXPECT_THAT(ProblemOf(Pem("google_hw_attestation_root_2022.pem") + software),
              HasSubstr("not to be trusted"));
}

TEST_F(TrustAnchorsTest, RefusesThemUnderAnotherKeyToo) {
  const auto root = SelfSigned(
      AuthorityText("Android Keystore Software Attestation Root", kNow, kNow + seconds(60)),
      crypto::EcdsaPrivateKey::Generate().ToPem());
  EXPECT_THAT(ProblemOf(ToPem(root.certificate)), HasSubstr("not to be trusted"));
}

TEST_F(TrustAnchorsTest, RefusesCertificatesThatMayNotIssue) {
  CertificateText text = AuthorityText("Leaf", kNow, kNow + seconds(60));
  text.extensions = {{"basicConstraints", "critical,CA:FALSE"}};
  const auto key = crypto::EcdsaPrivateKey::Generate().ToPem();
  EXPECT_THAT(ProblemOf(ToPem(SelfSigned(text, key).certificate)),
              HasSubstr("CN=Leaf is no certification authority"));
  text.extensions = {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "digitalSignature"}};
  EXPECT_THAT(ProblemOf(ToPem(SelfSigned(text, key).certificate)), HasSubstr("no certification"));
  text.extensions = {{"basicConstraints", "critical,CA:TRUE"}};
  EXPECT_EQ(ProblemOf(ToPem(SelfSigned(text, key).certificate)), "");
}

TEST_F(TrustAnchorsTest, RefusesFilesThatCannotBeRead) {
  const std::string root = Pem("gts_root_r1.pem");
  EXPECT_THAT(ProblemOf(""), HasSubstr("anchor.pem: no PEM block"));
  EXPECT_THAT(ProblemOf("text"), HasSubstr("no PEM block"));
  EXPECT_THAT(ProblemOf(root.substr(0, root.size() / 2)), HasSubstr("cannot be read"));
  EXPECT_THAT(ProblemOf(root + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
              HasSubstr("not a DER certificate"));
  EXPECT_THAT(ProblemOf(root + crypto::EcdsaPrivateKey::Generate().ToPem()),
              HasSubstr("neither CERTIFICATE nor PUBLIC KEY"));
  EXPECT_THAT(ProblemOf("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
              HasSubstr("PUBLIC KEY"));
  EXPECT_FALSE(Read(AnchorUse::kSafetyNet, {folder_.path() / "missing.pem"}).ok());
}

TEST_F(TrustAnchorsTest, OneBadFileRefusesTheWholeFolder) {
  File("a.pem", Pem("gts_root_r1.pem"));
  File("b.txt", "notes");
  const auto anchors = Read(AnchorUse::kSafetyNet, {folder_.path()});
  EXPECT_THAT(std::string(MessageOf(anchors.status())), HasSubstr("b.txt: no PEM block"));
}

TEST_F(TrustAnchorsTest, AnEmptySetIsNone) {
  EXPECT_FALSE(Read(AnchorUse::kSafetyNet, {}).ok());
  EXPECT_FALSE(Read(AnchorUse::kSafetyNet, {folder_.path()}).ok());
}

TEST_F(TrustAnchorsTest, BoundsTheirNumber) {
  const auto key = crypto::EcdsaPrivateKey::Generate().ToPem();
  std::string pem;
  for (std::uint32_t i = 0; i <= kAnchorsMax; ++i) {
    CertificateText text = AuthorityText("Root", kNow, kNow + seconds(60));
    text.serial = i + 1;
    pem += ToPem(SelfSigned(text, key).certificate);
  }
  EXPECT_THAT(ProblemOf(pem), HasSubstr("too many"));
}

}  // namespace
}  // namespace enks::attestation
