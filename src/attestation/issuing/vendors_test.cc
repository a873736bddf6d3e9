#include "attestation/issuing/vendors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attestation/issuing/evidence_json.h"
#include "attestation/issuing/operator_files.h"
#include "attestation/policy.h"
#include "attestation/testing/outcome.h"
#include "attestation/trust.h"
#include "attestation/verification.h"
#include "base/base64.h"
#include "base/files.h"
#include "base/virtual_clock.h"
#include "store/testing/temporary_folder.h"

namespace enks::attestation::issuing {
namespace {

constexpr const char* kApp = "org.example.simulation";
constexpr base::UnixTime kNow{std::chrono::seconds(1'767'600'000)};
const std::set<Scheme> kSchemes = {Scheme::kSafetyNet, Scheme::kPlayIntegrity, Scheme::kDeviceCheck,
                                   Scheme::kAppAttest, Scheme::kAndroidKeyAttestation};

BoundUpload SomeUpload(std::uint8_t fill) {
  BoundUpload upload;
  upload.health_authority_id = kApp;
  upload.keys.push_back({base::ToBase64(base::Bytes(16, fill)), 2'945'952, 144, 3});
  upload.verification_payload = "certificate";
  upload.hmac_key = base::ToBase64(base::Bytes(32, 9));
  return upload;
}

// A server's reading of what the vendors handed out.
class VendorsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path& folder = folder_.path();
    ASSERT_TRUE(WriteVendorFiles(vendors_->HandOut(), folder, files_).ok());
    ASSERT_TRUE(WriteRevocations(folder, kNow, files_).ok());
    const auto book = ReadPolicyBook(AnchorsText() + PolicyText(kApp, *vendors_, kSchemes), folder);
    ASSERT_TRUE(book.ok()) << book.status();
    trust_ = *ReadTrust(*book, kNow, files_);
    std::vector<std::string> warnings;
    policy_.emplace(*LoadPolicy(kApp, book->policies.at(kApp), files_, warnings));
  }

  Reason Verify(const Evidence& evidence, const BoundUpload& upload, base::UnixTime now,
                NextStep next) {
    return testing::OutcomeOf([&](Checks& checks) {
      const Verification verification =
          VerifyOffline(evidence, upload, *policy_, trust_, now, checks);
      if (checks.reason() == Reason::kNone) {
        EXPECT_EQ(verification.next, next);
      }
    });
  }

  base::VirtualClock clock_{kNow};
  base::SystemRandom random_;
  base::SystemFiles files_;
  const store::testing::TemporaryFolder folder_;
  const std::unique_ptr<Vendors> vendors_ =
      Vendors::Create({}, kNow - std::chrono::hours(24), clock_, random_);
  Trust trust_;
  std::optional<LoadedPolicy> policy_;
};

TEST_F(VendorsTest, AttestUploadsInEverySchemeSoThatServersTakeThemAYearLater) {
  const BoundUpload upload = SomeUpload(1);
  for (const base::UnixTime now : {kNow, kNow + std::chrono::days(365)}) {
    policy_->revocations = RevocationList::FromJson(R"({"entries":{}})", now).value();
    for (int turn = 0; turn < 2; ++turn) {
      for (const Scheme scheme : kSchemes) {
        const Evidence evidence = vendors_->Attest(scheme, upload, now);
        EXPECT_EQ(evidence.scheme, scheme);
        NextStep next = NextStep::kNone;
        if (scheme == Scheme::kDeviceCheck) next = NextStep::kAskApple;
        // Every other token is for Google.
        if (scheme == Scheme::kPlayIntegrity && turn == 1) next = NextStep::kAskGoogle;
        EXPECT_EQ(Verify(evidence, upload, now, next), Reason::kNone) << SchemeId(scheme);
      }
    }
  }
}

TEST_F(VendorsTest, CounterfeitsAreFoundWhereAServerCanTellAlone) {
  const BoundUpload upload = SomeUpload(1);
  const auto verify = [&](Scheme scheme, NextStep next) {
    return Verify(vendors_->Counterfeit(scheme, upload, kNow), upload, kNow, next);
  };
  EXPECT_EQ(verify(Scheme::kSafetyNet, NextStep::kNone), Reason::kChainInvalid);
  EXPECT_EQ(verify(Scheme::kAppAttest, NextStep::kNone), Reason::kChainInvalid);
  EXPECT_EQ(verify(Scheme::kAndroidKeyAttestation, NextStep::kNone), Reason::kChainInvalid);
  // Who will find out.
  EXPECT_EQ(verify(Scheme::kPlayIntegrity, NextStep::kAskGoogle), Reason::kNone);
  EXPECT_EQ(verify(Scheme::kDeviceCheck, NextStep::kAskApple), Reason::kNone);
}

TEST_F(VendorsTest, AttestNoOtherUpload) {
  for (const Scheme scheme : kSchemes) {
    if (scheme == Scheme::kDeviceCheck) continue;  // bound to nothing
    const Evidence evidence = vendors_->Attest(scheme, SomeUpload(1), kNow);
    EXPECT_EQ(Verify(evidence, SomeUpload(2), kNow, NextStep::kNone), Reason::kBindingMismatch)
        << SchemeId(scheme);
  }
}

TEST_F(VendorsTest, TellTheWitnessOfAllTheyMake) {
  std::vector<std::string> seen;
  vendors_->SetWitness([&](const Evidence& evidence) { seen.push_back(evidence.token); });
  const std::string first = vendors_->Attest(Scheme::kSafetyNet, SomeUpload(1), kNow).token;
  const std::string second = vendors_->Counterfeit(Scheme::kDeviceCheck, SomeUpload(1), kNow).token;
  EXPECT_THAT(seen, ::testing::ElementsAre(first, second));
}

TEST(EvidenceJson, IsTheMemberOfV1WithWhatThereIs) {
  Evidence evidence;
  evidence.scheme = Scheme::kAndroidKeyAttestation;
  evidence.chain = {"bGVhZg==", "cm9vdA=="};
  evidence.signature = "c2ln";
  json::Writer writer;
  writer.BeginObject();
  WriteDeviceAttestation(evidence, writer);
  writer.EndObject();
  EXPECT_EQ(std::move(writer).Take(), R"({"deviceAttestation":{"scheme":"android-key-attestation",)"
                                      R"("chain":["bGVhZg==","cm9vdA=="],"signature":"c2ln"}})");
}

TEST(EvidenceJson, IsTwoMembersOfV1Alpha1) {
  for (const auto& [scheme, platform] :
       {std::pair(Scheme::kSafetyNet, "android"), std::pair(Scheme::kPlayIntegrity, "android"),
        std::pair(Scheme::kDeviceCheck, "ios")}) {
    Evidence evidence;
    evidence.scheme = scheme;
    evidence.token = "token";
    json::Writer writer;
    writer.BeginObject();
    WriteDeviceVerification(evidence, writer);
    writer.EndObject();
    EXPECT_EQ(std::move(writer).Take(), std::string("{\"platform\":\"") + platform +
                                            "\",\"deviceVerificationPayload\":\"token\"}");
  }
}

}  // namespace
}  // namespace enks::attestation::issuing
