#include "jwks/key_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "jwks/testing/test_keys.h"

namespace enks::jwks {
namespace {

using authority::PublishedKey;
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Pem;

// 2020-11-22T00:00Z.
constexpr UnixTime kNow{seconds(1606003200)};
constexpr SyncRules kRules;

HealthAuthorityKey Followed(const std::string& version, std::size_t pem) {
  return {.version = version,
          .from = kNow - hours(24),
          .thru = std::nullopt,
          .public_key_pem = Pem(pem),
          .from_jwks = true};
}

HealthAuthorityKey Missing(const std::string& version, std::size_t pem, seconds since) {
  HealthAuthorityKey key = Followed(version, pem);
  key.missing_since = kNow - since;
  return key;
}

HealthAuthorityKey RevokedByUs(const std::string& version, std::size_t pem, seconds ago) {
  HealthAuthorityKey key = Missing(version, pem, ago + kRules.confirm_after);
  key.thru = kNow - ago;
  return key;
}

HealthAuthorityKey Operators(const std::string& version, std::size_t pem) {
  HealthAuthorityKey key = Followed(version, pem);
  key.from_jwks = false;
  return key;
}

KeyPlan Plan(const std::vector<HealthAuthorityKey>& stored,
             const std::vector<PublishedKey>& published, const SyncRules& rules = kRules) {
  return PlanKeys(stored, published, rules, kNow);
}

// That these documents change nothing of these keys.
void ExpectUnchanged(const std::vector<HealthAuthorityKey>& stored,
                     const std::vector<PublishedKey>& published) {
  EXPECT_EQ(Plan(stored, published).keys, stored);
}

TEST(KeyPlanTest, ANewKeyIsAddedAndValidFromNowOn) {
  const KeyPlan plan = Plan({Followed("v1", 1)}, {{"v1", Pem(1)}, {"v0", Pem(0)}});
  HealthAuthorityKey added = Followed("v0", 0);
  added.from = kNow;
  EXPECT_THAT(plan.keys, ElementsAre(added, Followed("v1", 1)));
  EXPECT_THAT(plan.findings, ElementsAre(Finding{FindingKind::kAdded, "v0", kNow}));
}

TEST(KeyPlanTest, KeysThatAreAsPublishedStayAndNothingIsTold) {
  const KeyPlan plan = Plan({Followed("v1", 1)}, {{"v1", Pem(1)}});
  EXPECT_THAT(plan.keys, ElementsAre(Followed("v1", 1)));
  EXPECT_THAT(plan.findings, IsEmpty());
}

TEST(KeyPlanTest, TheFirstDocumentWithoutAKeyOnlyMarksIt) {
  for (const seconds confirm_after : {seconds(0), seconds(3600)}) {
    SyncRules rules;
    rules.confirm_after = confirm_after;
    const KeyPlan plan = Plan({Followed("v1", 1)}, {{"v2", Pem(2)}}, rules);
    EXPECT_EQ(plan.keys.at(0), Missing("v1", 1, seconds(0)));
    EXPECT_THAT(plan.findings,
                ElementsAre(Finding{FindingKind::kAdded, "v2", kNow},
                            Finding{FindingKind::kMissing, "v1", kNow + confirm_after}));
  }
}

TEST(KeyPlanTest, AKeyIsRevokedWhenItWasMissingForTheWholeTimeAndNotASecondSooner) {
  const HealthAuthorityKey almost = Missing("v1", 1, kRules.confirm_after - seconds(1));
  const KeyPlan waiting = Plan({almost, Followed("v2", 2)}, {{"v2", Pem(2)}});
  EXPECT_EQ(waiting.keys.at(0), almost);
  EXPECT_THAT(waiting.findings,
              ElementsAre(Finding{FindingKind::kMissing, "v1", kNow + seconds(1)}));

  HealthAuthorityKey key = Missing("v1", 1, kRules.confirm_after);
  const KeyPlan plan = Plan({key, Followed("v2", 2)}, {{"v2", Pem(2)}});
  key.thru = kNow;
  EXPECT_EQ(plan.keys.at(0), key);
  EXPECT_THAT(plan.findings, ElementsAre(Finding{FindingKind::kRevoked, "v1", kNow}));
}

TEST(KeyPlanTest, AKeyThatWasNeverValidEndsWhereItBegins) {
  HealthAuthorityKey key = Missing("v1", 1, hours(2));
  key.from = kNow + seconds(5);
  const KeyPlan plan = Plan({key, Followed("v2", 2)}, {{"v2", Pem(2)}});
  EXPECT_EQ(plan.keys.at(0).thru, key.from);
}

TEST(KeyPlanTest, ARevokedKeyIsNeverRevokedAgainJ1) {
  ExpectUnchanged({RevokedByUs("v1", 1, hours(5)), Followed("v2", 2)}, {{"v2", Pem(2)}});
}

TEST(KeyPlanTest, ARevokedKeyIsDeletedOnceItIsOlderThanTheTtl) {
  const HealthAuthorityKey just = RevokedByUs("v1", 1, kRules.cleanup_ttl);
  ExpectUnchanged({just, Followed("v2", 2)}, {{"v2", Pem(2)}});
  const KeyPlan plan = Plan(
      {RevokedByUs("v1", 1, kRules.cleanup_ttl + seconds(1)), Followed("v2", 2)}, {{"v2", Pem(2)}});
  EXPECT_THAT(plan.keys, ElementsAre(Followed("v2", 2)));
  EXPECT_THAT(plan.findings, ElementsAre(Finding{FindingKind::kDeleted, "v1", kNow}));
}

TEST(KeyPlanTest, OtherMaterialUnderAKidReplacesTheFormerJ2) {
  const KeyPlan plan = Plan({Followed("v1", 1)}, {{"v1", Pem(2)}});
  HealthAuthorityKey replaced = Followed("v1", 2);
  replaced.from = kNow;
  EXPECT_THAT(plan.keys, ElementsAre(replaced));
  EXPECT_THAT(plan.findings, ElementsAre(Finding{FindingKind::kReplaced, "v1", kNow}));
  // Likewise where the key was missing, or revoked for that.
  EXPECT_THAT(Plan({Missing("v1", 1, hours(3))}, {{"v1", Pem(2)}}).keys, ElementsAre(replaced));
  EXPECT_THAT(Plan({RevokedByUs("v1", 1, hours(3))}, {{"v1", Pem(2)}}).keys, ElementsAre(replaced));
}

TEST(KeyPlanTest, TheLastLastingKeyIsNotRevokedJ3) {
  // The document lists a key only that an operator has ended.
  HealthAuthorityKey ended = Operators("v2", 2);
  ended.thru = kNow - hours(1);
  const HealthAuthorityKey last = Missing("v1", 1, hours(30));
  const KeyPlan plan = Plan({last, ended}, {{"v2", Pem(2)}});
  EXPECT_THAT(plan.keys, ElementsAre(last, ended));
  EXPECT_THAT(plan.findings, ElementsAre(Finding{FindingKind::kLast, "v1", kNow - hours(30)}));
}

TEST(KeyPlanTest, AnOperatorsKeyWithAnEndDoesNotMakeUpForTheLastOne) {
  HealthAuthorityKey ending = Operators("v2", 2);
  ending.thru = kNow + hours(1);
  ExpectUnchanged({Missing("v1", 1, hours(30)), ending}, {{"v2", Pem(2)}});
  ending.thru.reset();
  ending.from = kNow + seconds(1);
  ExpectUnchanged({Missing("v1", 1, hours(30)), ending}, {{"v2", Pem(2)}});
  ending.from = kNow;
  EXPECT_EQ(Plan({Missing("v1", 1, hours(30)), ending}, {{"v2", Pem(2)}}).keys.at(0).thru, kNow);
}

TEST(KeyPlanTest, OfSeveralThatVanishedTheNewestStaysIfNoOtherIsLeft) {
  HealthAuthorityKey ended = Operators("v3", 3);
  ended.thru = kNow - hours(1);
  HealthAuthorityKey older = Missing("v2", 2, hours(30));
  older.from = kNow - hours(48);
  const KeyPlan plan = Plan({Missing("v1", 1, hours(30)), older, ended}, {{"v3", Pem(3)}});
  EXPECT_EQ(plan.keys.at(0).thru, std::nullopt);
  EXPECT_EQ(plan.keys.at(1).thru, kNow);
}

TEST(KeyPlanTest, AKeyThatReappearsIsValidAgainJ5) {
  for (const HealthAuthorityKey& key : {Missing("v1", 1, hours(30)), RevokedByUs("v1", 1, hours(2)),
                                        RevokedByUs("v1", 1, kRules.cleanup_ttl * 2)}) {
    const KeyPlan plan = Plan({key}, {{"v1", Pem(1)}});
    EXPECT_THAT(plan.keys, ElementsAre(Followed("v1", 1)));
    EXPECT_THAT(plan.findings, ElementsAre(Finding{FindingKind::kBack, "v1", kNow}));
  }
}

TEST(KeyPlanTest, AnOperatorsKeyIsNeverTouchedJ9) {
  HealthAuthorityKey revoked = Operators("v2", 2);
  revoked.thru = kNow - kRules.cleanup_ttl * 2;
  // Missing from the document, or there with the same or with other material.
  ExpectUnchanged({Operators("v1", 1), revoked, Followed("v3", 3)}, {{"v3", Pem(3)}});
  ExpectUnchanged({Operators("v1", 1), revoked}, {{"v1", Pem(1)}, {"v2", Pem(2)}});
  ExpectUnchanged({Operators("v1", 1), revoked}, {{"v1", Pem(4)}, {"v2", Pem(5)}});
}

TEST(KeyPlanTest, OtherMaterialForAnOperatorsKeyIsToldAndTheSameIsNot) {
  HealthAuthorityKey spelled = Operators("v1", 1);
  spelled.public_key_pem = "a note\n" + spelled.public_key_pem;
  EXPECT_THAT(Plan({spelled}, {{"v1", Pem(1)}}).findings, IsEmpty());
  EXPECT_THAT(Plan({spelled}, {{"v1", Pem(2)}}).findings,
              ElementsAre(Finding{FindingKind::kOperators, "v1", kNow}));
}

TEST(KeyPlanTest, AKeyOfTheDocumentThatSomebodyElseEndedStaysEnded) {
  HealthAuthorityKey ended = Followed("v1", 1);
  ended.thru = kNow - kRules.cleanup_ttl * 2;
  ExpectUnchanged({ended}, {{"v1", Pem(1)}});
  ExpectUnchanged({ended}, {{"v1", Pem(2)}});
  ExpectUnchanged({ended, Followed("v2", 2)}, {{"v2", Pem(2)}});
}

TEST(KeyPlanTest, KeysBeyondTheLimitAreNotAddedAndOldOnesMakeRoom) {
  std::vector<HealthAuthorityKey> stored;
  for (std::size_t i = 0; i < kAuthorityKeysMax; ++i) {
    stored.push_back(RevokedByUs("a" + std::to_string(1000 + i), 1, hours(2)));
  }
  const KeyPlan full = Plan(stored, {{"v1", Pem(1)}});
  EXPECT_EQ(full.keys, stored);
  EXPECT_THAT(full.findings, ElementsAre(Finding{FindingKind::kTooMany, "v1", kNow}));

  stored[0].thru = kNow - kRules.cleanup_ttl - seconds(1);
  const KeyPlan plan = Plan(stored, {{"v1", Pem(1)}});
  EXPECT_EQ(plan.keys.size(), kAuthorityKeysMax);
  EXPECT_EQ(plan.keys.back().version, "v1");
}

TEST(KeyPlanTest, AClockThatWentBackRevokesNothing) {
  HealthAuthorityKey key = Followed("v1", 1);
  key.missing_since = kNow + hours(5);
  ExpectUnchanged({key, Followed("v2", 2)}, {{"v2", Pem(2)}});
}

}  // namespace
}  // namespace enks::jwks
