#include "attestation/key_attestation_chain.h"

#include <gtest/gtest.h>

#include "attestation/issuing/key_attestation_maker.h"
#include "attestation/issuing/signing.h"
#include "attestation/key_attestation.h"

// Chains that are wrong in one way each, made by an issuer of our own.
namespace enks::attestation {
namespace {

using base::Bytes;
using crypto::AuthorityText;
using crypto::CertifiedKey;
using crypto::IssuedBy;
using issuing::KeyAttestationText;
using std::chrono::days;
using std::chrono::seconds;

constexpr base::UnixTime kNow{seconds(1'700'000'000)};

class KeyAttestationChainTest : public ::testing::Test {
 protected:
  KeyAttestationChainTest() {
    text_.description = issuing::SoundDescription(kNow, "example.health", Bytes(32, 0x99));
    text_.not_before = kNow - days(7);
    text_.not_after = kNow + days(7);
    policy_.packages = {"example.health"};
    policy_.certificate_digests.emplace_back().fill(0x99);
  }

  Reason Verify(const Evidence& evidence) {
    const auto empty = RevocationList::FromJson(R"({"entries":{}})", kNow);
    Checks checks(Checks::Detail::kFirstFailure);
    VerifyKeyAttestation(evidence, {{}, text_.description.challenge}, policy_, {anchors_, &*empty},
                         kNow, checks);
    return checks.reason();
  }
  Reason Verify(const std::vector<CertifiedKey>& chain) {
    return Verify(issuing::EvidenceOf(chain));
  }
  Reason Issued() { return Verify(issuer_.Issue(text_)); }

  issuing::KeyAttestationIssuer issuer_{kNow - days(1000)};
  std::vector<crypto::PublicKey> anchors_ = issuer_.Anchors();
  KeyAttestationText text_;
  KeyAttestationPolicy policy_;
};

TEST_F(KeyAttestationChainTest, IsTakenFromFactoriesAndFromAfar) {
  EXPECT_EQ(Issued(), Reason::kNone);
  text_.provisioning = Provisioning::kRemote;
  EXPECT_EQ(Issued(), Reason::kNone);
}

TEST_F(KeyAttestationChainTest, EndsInAnAnchor) {
  anchors_ = issuing::KeyAttestationIssuer(kNow).Anchors();
  EXPECT_EQ(Issued(), Reason::kChainInvalid);
  anchors_.push_back(issuer_.Anchors().front());
  EXPECT_EQ(Issued(), Reason::kNone);
  anchors_.clear();
  EXPECT_EQ(Issued(), Reason::kChainInvalid);
}

TEST_F(KeyAttestationChainTest, MatchesTheAnchorByKeyWhateverTheCertificate) {
  auto chain = issuer_.Issue(text_);
  auto issue = AuthorityText("", kNow - days(1), kNow + days(1));
  issue.subject = {{"serialNumber", "f92009e8"}};
  issue.serial = 77;
  chain.back() = crypto::SelfSigned(issue, issuer_.root().private_key);
  EXPECT_EQ(Verify(chain), Reason::kNone);
}

TEST_F(KeyAttestationChainTest, EndsInASelfIssuedCertificateThatIsSigned) {
  auto chain = issuer_.Issue(text_);
  const CertifiedKey root = chain.back();
  chain.pop_back();
  EXPECT_EQ(Verify(chain), Reason::kChainInvalid) << "the root is missing";
  // The root's key and name in a certificate that somebody else signed.
  auto issue = AuthorityText("", kNow - days(1), kNow + days(1));
  issue.subject = {{"serialNumber", "f92009e8"}};
  const CertifiedKey stranger = crypto::SelfSigned(issue, issuing::GenerateP256());
  chain.push_back(IssuedBy(stranger, issue, root.private_key));
  EXPECT_EQ(Verify(chain), Reason::kChainInvalid);
}

TEST_F(KeyAttestationChainTest, HasThreeToTenCertificates) {
  const auto chain = issuer_.Issue(text_);
  EXPECT_EQ(Verify({chain[0], chain[3]}), Reason::kMalformed);
  const CertifiedKey direct =
      issuing::IssueDescribedLeaf(chain[2], text_.description, issuing::GenerateP256());
  EXPECT_EQ(Verify({direct, chain[2], chain[3]}), Reason::kNone);
  auto longer = chain;
  while (longer.size() < kChainCertificatesMax) longer.push_back(chain.back());
  EXPECT_EQ(Verify(longer), Reason::kNone) << "the root issued itself";
  longer.push_back(chain.back());
  EXPECT_EQ(Verify(longer), Reason::kMalformed);
  EXPECT_EQ(Verify(std::vector<CertifiedKey>()), Reason::kMalformed);
}

TEST_F(KeyAttestationChainTest, HoldsCertificatesOnly) {
  Evidence evidence = issuing::EvidenceOf(issuer_.Issue(text_));
  const std::string good = evidence.chain[1];
  for (const std::string& bad : {std::string(), std::string("!"), std::string("AAAA"), good + good,
                                 std::string(100'000, 'A')}) {
    evidence.chain[1] = bad;
    EXPECT_EQ(Verify(evidence), Reason::kMalformed);
  }
  evidence.chain[1] = good;
  EXPECT_EQ(Verify(evidence), Reason::kNone);
}

TEST_F(KeyAttestationChainTest, IsInOrder) {
  const auto chain = issuer_.Issue(text_);
  EXPECT_EQ(Verify({chain[0], chain[2], chain[1], chain[3]}), Reason::kChainInvalid);
  EXPECT_EQ(Verify({chain[0], chain[1], chain[3]}), Reason::kChainInvalid);
  EXPECT_EQ(Verify({chain[1], chain[0], chain[2], chain[3]}), Reason::kChainInvalid);
}

TEST_F(KeyAttestationChainTest, IsSignedLinkByLink) {
  const auto chain = issuer_.Issue(text_);
  const auto other = issuer_.Issue(text_);
  // The names are the same, the keys are not.
  EXPECT_EQ(Verify({other[0], chain[1], chain[2], chain[3]}), Reason::kChainInvalid);
  EXPECT_EQ(Verify({other[0], other[1], chain[2], chain[3]}), Reason::kChainInvalid);
  EXPECT_EQ(Verify({other[0], other[1], other[2], chain[3]}), Reason::kNone);
}

TEST_F(KeyAttestationChainTest, MayHaveExpiredOnlyIfItCameFromAFactory) {
  text_.not_after = kNow - seconds(1);
  EXPECT_EQ(Issued(), Reason::kNone);
  text_.provisioning = Provisioning::kRemote;
  EXPECT_EQ(Issued(), Reason::kChainInvalid);
  text_.not_after = kNow;
  EXPECT_EQ(Issued(), Reason::kNone);
}

TEST_F(KeyAttestationChainTest, MayNeverBeOfTheFuture) {
  for (const auto provisioning : {Provisioning::kFactory, Provisioning::kRemote}) {
    text_.provisioning = provisioning;
    text_.not_before = kNow + seconds(1);
    EXPECT_EQ(Issued(), Reason::kChainInvalid);
    text_.not_before = kNow;
    EXPECT_EQ(Issued(), Reason::kNone);
  }
}

// A chain that is neither plainly remote nor plainly of a factory is held to the stricter rule.
TEST_F(KeyAttestationChainTest, CountsAsRemoteUnlessItIsOfAFactory) {
  auto chain = issuer_.Issue(text_);
  const CertifiedKey unnamed =
      IssuedBy(issuer_.root(), AuthorityText("Unnamed", text_.not_before, kNow - seconds(1)),
               issuing::GenerateP256());
  const CertifiedKey leaf =
      issuing::IssueDescribedLeaf(unnamed, text_.description, issuing::GenerateP256());
  EXPECT_EQ(Verify({leaf, unnamed, chain.back()}), Reason::kChainInvalid);
}

TEST_F(KeyAttestationChainTest, DescribesOneKeyOnly) {
  // An app that holds an attested key makes it sign a description of its own.
  const auto chain = issuer_.Issue(text_);
  const CertifiedKey forged =
      issuing::IssueDescribedLeaf(chain[0], text_.description, issuing::GenerateP256());
  EXPECT_EQ(Verify({forged, chain[0], chain[1], chain[2], chain[3]}), Reason::kChainInvalid);
  // The same if the attested key's certificate would allow it.
  crypto::CertificateText attested = AuthorityText("Android Keystore Key", kNow, kNow);
  attested.extensions.emplace_back(std::string(kKeyDescriptionExtension),
                                   issuing::AsExtension(text_.description.ToDer()));
  const CertifiedKey authority = IssuedBy(chain[1], attested, issuing::GenerateP256());
  const CertifiedKey below =
      issuing::IssueDescribedLeaf(authority, text_.description, issuing::GenerateP256());
  EXPECT_EQ(Verify({below, authority, chain[1], chain[2], chain[3]}), Reason::kChainInvalid);
}

TEST_F(KeyAttestationChainTest, HasNothingBelowTheDescribedLeaf) {
  const auto chain = issuer_.Issue(text_);
  crypto::CertificateText attested = AuthorityText("Android Keystore Key", kNow, kNow);
  attested.extensions.emplace_back(std::string(kKeyDescriptionExtension),
                                   issuing::AsExtension(text_.description.ToDer()));
  const CertifiedKey authority = IssuedBy(chain[1], attested, issuing::GenerateP256());
  const CertifiedKey below =
      IssuedBy(authority, AuthorityText("Below", kNow, kNow), issuing::GenerateP256());
  EXPECT_EQ(Verify({below, authority, chain[1], chain[2], chain[3]}), Reason::kChainInvalid);
  // Without any description there is nothing to verify.
  EXPECT_EQ(Verify({chain[1], chain[2], chain[3]}), Reason::kChainInvalid);
}

TEST_F(KeyAttestationChainTest, IsIssuedByCertificatesThatMayIssue) {
  const auto chain = issuer_.Issue(text_);
  const auto with = [&](std::vector<std::pair<std::string, std::string>> extensions) {
    crypto::CertificateText key = AuthorityText("", text_.not_before, text_.not_after);
    key.subject = {{"serialNumber", "fff8fab5"}, {"title", "TEE"}};
    key.extensions = std::move(extensions);
    const CertifiedKey issuer = IssuedBy(chain[2], key, issuing::GenerateP256());
    return Verify({issuing::IssueDescribedLeaf(issuer, text_.description, issuing::GenerateP256()),
                   issuer, chain[2], chain[3]});
  };
  EXPECT_EQ(with({{"basicConstraints", "critical,CA:TRUE"}}), Reason::kNone);
  EXPECT_EQ(with({{"basicConstraints", "critical,CA:TRUE,pathlen:0"}}), Reason::kNone);
  EXPECT_EQ(with({}), Reason::kChainInvalid);
  EXPECT_EQ(with({{"basicConstraints", "critical,CA:FALSE"}}), Reason::kChainInvalid);
  EXPECT_EQ(
      with({{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,digitalSignature"}}),
      Reason::kChainInvalid);
  EXPECT_EQ(with({{"basicConstraints", "critical,CA:TRUE"}, {"1.2.3.4", "critical,DER:0500"}}),
            Reason::kChainInvalid);
  EXPECT_EQ(with({{"basicConstraints", "critical,CA:TRUE"}, {"1.2.3.4", "DER:0500"}}),
            Reason::kNone);
}

TEST_F(KeyAttestationChainTest, KeepsWithinPathLengths) {
  const auto with = [&](const std::string& constraints) {
    crypto::CertificateText text = AuthorityText("", text_.not_before, text_.not_after);
    text.subject = {{"serialNumber", "8ea03f9f"}, {"title", "TEE"}};
    text.extensions = {{"basicConstraints", constraints}};
    const CertifiedKey upper = IssuedBy(issuer_.root(), text, issuing::GenerateP256());
    text.subject = {{"serialNumber", "fff8fab5"}, {"title", "TEE"}};
    text.extensions = {{"basicConstraints", "critical,CA:TRUE"}};
    const CertifiedKey key = IssuedBy(upper, text, issuing::GenerateP256());
    return Verify({issuing::IssueDescribedLeaf(key, text_.description, issuing::GenerateP256()),
                   key, upper, issuer_.root()});
  };
  EXPECT_EQ(with("critical,CA:TRUE,pathlen:1"), Reason::kNone);
  EXPECT_EQ(with("critical,CA:TRUE,pathlen:0"), Reason::kChainInvalid);
}

}  // namespace
}  // namespace enks::attestation
