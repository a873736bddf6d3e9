#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attestation/issuing/key_attestation_maker.h"
#include "attestation/testing/gate_world.h"
#include "attestation/testing/outcome.h"

// Policies, roots and lists that change while the server runs.
namespace enks::attestation {
namespace {

using std::chrono::hours;
using testing::GateWorld;
using ::testing::HasSubstr;
using testing::kApp;
using ::testing::Not;

constexpr const char* kEmptyList = R"({"entries":{}})";

class GateReloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Status opened = world_.Open();
    ASSERT_TRUE(opened.ok()) << opened;
  }
  void SetModified(const char* name, base::UnixTime time) {
    std::filesystem::last_write_time(
        world_.PathOf(name), std::chrono::file_clock::from_sys(
                                 std::chrono::time_point_cast<std::chrono::nanoseconds>(time)));
  }
  void WriteList(const char* text) {
    world_.WriteFile("revoked.json", text);
    SetModified("revoked.json", world_.clock().Now());
  }
  Reason FindKeyAttestation() { return world_.Find(world_.KeyAttestation(GateWorld::Upload())); }

  GateWorld world_;
};

TEST_F(GateReloadTest, APolicyThatChangedIsCarriedOut) {
  EXPECT_EQ(world_.Ask(world_.About(std::nullopt)).reason, Reason::kMissing);
  world_.WritePolicy(world_.Knobs({{"mode", "\"observe\""}}));
  EXPECT_FALSE(world_.Ask(world_.About(std::nullopt)).admitted);
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_TRUE(world_.Ask(world_.About(std::nullopt)).admitted);
  world_.WritePolicies({});
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_FALSE(world_.gate().Concerns(kApp));
}

TEST_F(GateReloadTest, NothingIsReadAnewUnlessSomethingChanged) {
  const std::string log = world_.log().Text();
  EXPECT_THAT(log, HasSubstr("trusted for device attestation"));
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_EQ(world_.log().Text(), log);
}

TEST_F(GateReloadTest, ABrokenPolicyChangesNothingAndIsTold) {
  world_.WriteFile("policy.toml", "[policy.\"a\"]\nmoed = 1\n");
  for (int i = 0; i < 2; ++i) {
    const Status refreshed = world_.gate().Refresh();
    EXPECT_THAT(std::string(refreshed.message()), HasSubstr("policy.toml: line 2"));
    EXPECT_EQ(FindKeyAttestation(), Reason::kNone);
  }
  std::filesystem::remove(world_.PathOf("policy.toml"));
  EXPECT_FALSE(world_.gate().Refresh().ok());
  EXPECT_TRUE(world_.gate().Concerns(kApp));
  // Mended, it is as good as any.
  world_.WritePolicy(world_.Knobs({{"mode", "\"off\""}}));
  EXPECT_TRUE(world_.gate().Refresh().ok());
  EXPECT_FALSE(world_.gate().Concerns(kApp));
}

TEST_F(GateReloadTest, AFileThatThePolicyNamesAndThatIsBrokenChangesNothingAndIsTold) {
  for (const char* name : {"safetynet.pem", "integrity.keys", "apple.p8", "account.json"}) {
    std::string before;
    {
      const auto bytes = base::SystemFiles().Read(world_.PathOf(name), 1 << 20);
      ASSERT_TRUE(bytes.ok());
      before = base::AsText(*bytes);
    }
    world_.WriteFile(name, "broken");
    const Status refreshed = world_.gate().Refresh();
    EXPECT_FALSE(refreshed.ok()) << name;
    EXPECT_THAT(std::string(refreshed.message()), HasSubstr(name));
    EXPECT_EQ(FindKeyAttestation(), Reason::kNone);
    world_.WriteFile(name, before);
    EXPECT_TRUE(world_.gate().Refresh().ok());
  }
}

TEST_F(GateReloadTest, AServerDoesNotStartWithWhatIsBroken) {
  world_.WriteFile("apple.p8", "broken");
  const Status opened = world_.Open();
  EXPECT_THAT(std::string(opened.message()), HasSubstr(kApp));
  world_.WriteFile("policy.toml", "policy");
  EXPECT_FALSE(world_.Open().ok());
  std::filesystem::remove(world_.PathOf("policy.toml"));
  EXPECT_THAT(std::string(world_.Open().message()), HasSubstr("policy.toml"));
}

TEST_F(GateReloadTest, KeysThatOthersMayReadAreRefused) {
  for (const char* name : {"integrity.keys", "apple.p8", "account.json"}) {
    std::filesystem::permissions(world_.PathOf(name), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_FALSE(world_.Open().ok()) << name;
    std::filesystem::permissions(world_.PathOf(name), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::remove);
    EXPECT_TRUE(world_.Open().ok()) << name;
  }
}

TEST_F(GateReloadTest, RootsThatChangedAreTrusted) {
  const issuing::KeyAttestationIssuer other(testing::kWorldStart - std::chrono::days(9));
  world_.WriteFile("key_attestation.pem", crypto::ToPem(other.root().certificate));
  EXPECT_EQ(FindKeyAttestation(), Reason::kNone);
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_EQ(FindKeyAttestation(), Reason::kChainInvalid);
}

TEST_F(GateReloadTest, ARootThatAppearsInAFolderIsTrusted) {
  const issuing::KeyAttestationIssuer other(testing::kWorldStart - std::chrono::days(9));
  const std::string known = crypto::ToPem(world_.key_attestation_root());
  std::filesystem::remove(world_.PathOf("key_attestation.pem"));
  world_.WriteFile("key_attestation.pem/other.pem", crypto::ToPem(other.root().certificate));
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_EQ(FindKeyAttestation(), Reason::kChainInvalid);
  world_.WriteFile("key_attestation.pem/known.pem", known);
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_EQ(FindKeyAttestation(), Reason::kNone);
}

TEST_F(GateReloadTest, AListOfRevocationsThatIsFetchedAnewCounts) {
  WriteList(R"({"entries":{"7e5ea1d1":{"status":"REVOKED"}}})");
  EXPECT_EQ(FindKeyAttestation(), Reason::kNone);
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_EQ(FindKeyAttestation(), Reason::kRevoked);
}

TEST_F(GateReloadTest, AListOfTheSameContentIsYoungAgainWhenItWasFetchedAnew) {
  world_.clock().Advance(hours(24 * 7) + hours(1));
  EXPECT_EQ(FindKeyAttestation(), Reason::kUnavailable);
  SetModified("revoked.json", world_.clock().Now());
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_EQ(FindKeyAttestation(), Reason::kNone);
}

TEST_F(GateReloadTest, ASpoiltListDoesNotTakeAwayTheOneBefore) {
  for (const char* spoilt : {"", "{\"entries\":", kEmptyList}) {
    WriteList(spoilt);
    ASSERT_TRUE(world_.gate().Refresh().ok());
    EXPECT_EQ(FindKeyAttestation(), Reason::kNone);
  }
  EXPECT_THAT(world_.log().Text(), HasSubstr("read before is used until it is too old"));
  world_.clock().Advance(hours(24 * 7) + hours(1));
  EXPECT_EQ(FindKeyAttestation(), Reason::kUnavailable);
}

TEST_F(GateReloadTest, WithoutAListFromTheBeginningKeyAttestationsAreUnavailable) {
  for (const char* spoilt : {"", kEmptyList}) {
    WriteList(spoilt);
    ASSERT_TRUE(world_.Open().ok());
    EXPECT_EQ(FindKeyAttestation(), Reason::kUnavailable);
    EXPECT_EQ(world_.Find(world_.SafetyNet(GateWorld::Upload())), Reason::kNone);
  }
  EXPECT_THAT(world_.log().Text(), HasSubstr("lists no key at all"));
}

TEST_F(GateReloadTest, WhatIsUnderWayEndsByTheRulesItBeganWith) {
  auto hanging = world_.Begin(world_.About(GateWorld::DeviceToken("STALL")));
  world_.WritePolicy(world_.Knobs({{"on_unavailable", "\"allow\""}}));
  ASSERT_TRUE(world_.gate().Refresh().ok());
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_FALSE(hanging.IsThere());
  EXPECT_EQ(world_.Find(GateWorld::DeviceToken("VALID device")), Reason::kNone);
  world_.gate().Stop();
  const Admission admission = hanging.Take();
  EXPECT_FALSE(admission.admitted);
  EXPECT_EQ(admission.reason, Reason::kUnavailable);
  EXPECT_TRUE(world_.gate().Refresh().ok());
}

TEST_F(GateReloadTest, TheSecretsOfANewDayAreReadInTime) {
  world_.clock().Advance(hours(12));
  ASSERT_TRUE(world_.gate().Refresh().ok());
  EXPECT_EQ(world_.Find(GateWorld::DeviceToken("VALID device")), Reason::kNone);
  EXPECT_TRUE(world_.gate().challenges().Make(world_.clock().Now()).has_value());
  // The next day is there without another refresh, the one after it is not.
  world_.clock().Advance(hours(24));
  EXPECT_EQ(world_.Find(GateWorld::DeviceToken("VALID device 2")), Reason::kNone);
  world_.clock().Advance(hours(24));
  EXPECT_EQ(world_.Find(GateWorld::DeviceToken("VALID device 3")), Reason::kUnavailable);
  EXPECT_EQ(world_.gate().challenges().Make(world_.clock().Now()), std::nullopt);
}

}  // namespace
}  // namespace enks::attestation
