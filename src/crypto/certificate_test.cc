#include "crypto/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "crypto/ecdsa.h"
#include "crypto/issuing.h"
#include "crypto/testing/test_chain.h"

namespace enks::crypto {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Certificate Read(std::string_view pem) {
  auto certificates = Certificate::ManyFromPem(pem);
  EXPECT_TRUE(certificates.ok()) << certificates.status();
  return certificates->front();
}

Certificate Root() {
  return Read(testing::kRoot);
}
Certificate Issuer() {
  return Read(testing::kIssuer);
}
Certificate Leaf() {
  return Read(testing::kLeaf);
}

TEST(CertificateTest, ReadsEveryCertificateOfAPemText) {
  const auto certificates =
      Certificate::ManyFromPem(std::string(testing::kLeaf) + std::string(testing::kIssuer));
  ASSERT_TRUE(certificates.ok());
  ASSERT_EQ(certificates->size(), 2U);
  EXPECT_EQ((*certificates)[0].Subject(), "CN=phone.example");
}

TEST(CertificateTest, RefusesWhatIsNoCertificate) {
  EXPECT_FALSE(Certificate::ManyFromPem("").ok());
  EXPECT_FALSE(Certificate::ManyFromPem("-----BEGIN CERTIFICATE-----\nAAAA").ok());
  EXPECT_FALSE(
      Certificate::ManyFromPem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
          .ok());
  EXPECT_FALSE(Certificate::FromDer({}).ok());
  Bytes longer = Leaf().Der();
  longer.push_back(0);
  EXPECT_FALSE(Certificate::FromDer(longer).ok());
  Bytes shorter = Leaf().Der();
  shorter.pop_back();
  EXPECT_FALSE(Certificate::FromDer(shorter).ok());
}

TEST(CertificateTest, TellsHowManyAuthoritiesMayStandBelow) {
  EXPECT_EQ(Issuer().PathLengthMax(), 0U);
  EXPECT_EQ(Root().PathLengthMax(), std::nullopt);
  EXPECT_EQ(Leaf().PathLengthMax(), std::nullopt);
}

TEST(CertificateTest, SeesCriticalExtensionsThatNobodyKnows) {
  const auto with = [](const char* value) {
    return SelfSigned({.subject = {{"CN", "x"}},
                       .extensions = {{"basicConstraints", "critical,CA:TRUE"}, {"1.2.3.4", value}},
                       .not_before = {},
                       .not_after = {}},
                      EcdsaPrivateKey::Generate().ToPem())
        .certificate;
  };
  EXPECT_FALSE(with("DER:0500").HasUnknownCriticalExtension());
  EXPECT_TRUE(with("critical,DER:0500").HasUnknownCriticalExtension());
}

TEST(CertificateTest, PassesOverBlocksThatAreNoCertificates) {
  const std::string other = "-----BEGIN NOTE-----\nAAAA\n-----END NOTE-----\n";
  EXPECT_EQ(Read(other + std::string(testing::kLeaf)).Subject(), "CN=phone.example");
  EXPECT_FALSE(Certificate::ManyFromPem(other).ok());
}

TEST(CertificateTest, TellsWhatStandsInIt) {
  EXPECT_EQ(base::ToHex(Root().Fingerprint()),
            "6c8deeff9f17d568459a1d3cfaf45901c272463ea62a4614e34f099bf46c7bac");
  EXPECT_EQ(Issuer().SerialHex(), "f0ab");
  EXPECT_EQ(Leaf().NotBefore(), base::UnixTime(seconds(1'795'367'802)));
  EXPECT_EQ(Leaf().NotAfter() - Leaf().NotBefore(), std::chrono::hours(24 * 3650));
  EXPECT_THAT(Issuer().SubjectValues("2.5.4.12"), ElementsAre("TEE"));
  EXPECT_THAT(Issuer().SubjectValues("2.5.4.5"), ElementsAre("00ab"));
  EXPECT_THAT(Issuer().SubjectValues("2.5.4.10"), ElementsAre());
  EXPECT_THAT(Leaf().DnsNames(), ElementsAre("phone.example", "other.example"));
  EXPECT_TRUE(Leaf().HasAlternativeNames());
  EXPECT_FALSE(Root().HasAlternativeNames());
}

TEST(CertificateTest, GivesAnExtensionsContent) {
  EXPECT_EQ(Leaf().Extension("1.2.3.4"), base::FromHex("0403010203"));
  EXPECT_EQ(Leaf().CountExtensions("1.2.3.4"), 1U);
  EXPECT_EQ(Root().Extension("1.2.3.4"), std::nullopt);
}

TEST(CertificateTest, KnowsTheKindsOfKeys) {
  EXPECT_EQ(Root().Key()->kind(), PublicKey::Kind::kEcP384);
  EXPECT_EQ(Issuer().Key()->kind(), PublicKey::Kind::kRsa);
  EXPECT_EQ(Leaf().Key()->kind(), PublicKey::Kind::kEcP256);
  EXPECT_FALSE(Read(testing::kWeakLeaf).Key().ok());
  EXPECT_EQ(Leaf().Key()->Point().size(), 65U);
  EXPECT_EQ(Root().Key()->Point().size(), 97U);
  EXPECT_TRUE(Issuer().Key()->Point().empty());
  EXPECT_EQ(Leaf().Spki(), Leaf().Key()->Spki());
}

TEST(CertificateTest, TellsWhoIssuedIt) {
  EXPECT_TRUE(Root().IsSelfIssued());
  EXPECT_FALSE(Leaf().IsSelfIssued());
  EXPECT_TRUE(Leaf().NamesIssuer(Issuer()));
  EXPECT_TRUE(Leaf().IsSignedBy(Issuer()));
  EXPECT_FALSE(Leaf().NamesIssuer(Root()));
  EXPECT_FALSE(Leaf().IsSignedBy(Root()));
  const Certificate false_root = Read(testing::kFalseRoot);
  EXPECT_TRUE(Issuer().NamesIssuer(false_root));
  EXPECT_FALSE(Issuer().IsSignedBy(false_root));
}

TEST(CertificateTest, KnowsWhoMayIssue) {
  EXPECT_TRUE(Root().MayIssue());
  EXPECT_TRUE(Issuer().MayIssue());
  EXPECT_FALSE(Leaf().MayIssue());
}

Status Verify(const Certificate& leaf, base::UnixTime now,
              ChainPurpose purpose = ChainPurpose::kTlsServer, std::size_t chain_max = 5) {
  return ChainVerifier({Root()}, purpose).Verify(leaf, {Issuer()}, now, chain_max);
}

TEST(ChainVerifierTest, FollowsAChainToAnAnchor) {
  EXPECT_EQ(Verify(Leaf(), Leaf().NotBefore()), absl::OkStatus());
  EXPECT_EQ(Verify(Leaf(), Leaf().NotAfter() - seconds(1)), absl::OkStatus());
}

TEST(ChainVerifierTest, HoldsTheLeafToItsValidity) {
  EXPECT_THAT(Verify(Leaf(), Leaf().NotAfter()).ToString(), HasSubstr("expired"));
  EXPECT_THAT(Verify(Leaf(), Leaf().NotBefore() - seconds(1)).ToString(),
              HasSubstr("not yet valid"));
}

TEST(ChainVerifierTest, NeedsEveryLinkAndTheAnchor) {
  const base::UnixTime now = Leaf().NotBefore();
  EXPECT_FALSE(ChainVerifier({Root()}, ChainPurpose::kAny).Verify(Leaf(), {}, now).ok());
  EXPECT_FALSE(ChainVerifier({}, ChainPurpose::kAny).Verify(Leaf(), {Issuer(), Root()}, now).ok());
  const ChainVerifier other({Read(testing::kFalseRoot)}, ChainPurpose::kAny);
  EXPECT_FALSE(other.Verify(Leaf(), {Issuer(), Root()}, now).ok());
}

TEST(ChainVerifierTest, TakesAnAnchorThatIsNoRoot) {
  const ChainVerifier verifier({Issuer()}, ChainPurpose::kTlsServer);
  EXPECT_EQ(verifier.Verify(Leaf(), {}, Leaf().NotBefore()), absl::OkStatus());
}

TEST(ChainVerifierTest, RefusesACertificateBelowALeaf) {
  const Certificate below = Read(testing::kBelowLeaf);
  const ChainVerifier verifier({Root()}, ChainPurpose::kAny);
  EXPECT_FALSE(verifier.Verify(below, {Leaf(), Issuer()}, below.NotBefore() + seconds(60)).ok());
}

TEST(ChainVerifierTest, WantsACertificateOfATlsServerOnlyWhereTold) {
  const base::UnixTime now = Root().NotBefore() + seconds(60);
  EXPECT_FALSE(Verify(Issuer(), now).ok());
  EXPECT_EQ(Verify(Issuer(), now, ChainPurpose::kAny), absl::OkStatus());
}

TEST(ChainVerifierTest, BoundsTheChain) {
  EXPECT_EQ(Verify(Leaf(), Leaf().NotBefore(), ChainPurpose::kAny, 2), absl::OkStatus());
  EXPECT_FALSE(Verify(Leaf(), Leaf().NotBefore(), ChainPurpose::kAny, 1).ok());
}

TEST(ChainVerifierTest, RefusesWeakKeys) {
  EXPECT_THAT(Verify(Read(testing::kWeakLeaf), Leaf().NotBefore() + seconds(60)).ToString(),
              HasSubstr("kind or size"));
}

}  // namespace
}  // namespace enks::crypto
