#include "jwks/sync_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/virtual_clock.h"
#include "jwks/testing/authority_store.h"
#include "jwks/testing/listed_documents.h"
#include "jwks/testing/test_keys.h"
#include "store/testing/sample_records.h"

namespace enks::jwks {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Document;
using ::testing::HasSubstr;
using testing::Jwk;
using ::testing::Not;
using testing::Pem;

// 2020-11-22T00:00Z.
constexpr UnixTime kStart{seconds(1606003200)};
constexpr char kFirst[] = "https://user:hunter2@first.example/jwks?token=s3cret";
constexpr char kSecond[] = "https://second.example/jwks";

class SyncJobTest : public ::testing::Test {
 protected:
  SyncJobTest() {
    Add(1, "First", kFirst);
    Add(2, "Second", kSecond);
    Publish(kFirst, {Jwk("v1", Pem(1))});
    Publish(kSecond, {Jwk("v2", Pem(2))});
    EXPECT_TRUE(job_.Run().ok());
  }

  void Add(std::int64_t id, const char* name, const char* url) {
    store::HealthAuthority authority = store::testing::SampleAuthority();
    authority.id = id;
    authority.name = name;
    authority.jwks_uri = url;
    store_.authorities.push_back(authority);
  }
  void Publish(const char* url, const std::vector<std::string>& jwks) {
    fetcher_.documents.insert_or_assign(url, Document(jwks));
  }
  void Fail(const char* url) {
    fetcher_.documents.insert_or_assign(url, absl::UnavailableError("away"));
  }
  // How many lines of the log say so.
  int Lines(std::string_view text) const {
    const std::string log = log_.Text();
    int count = 0;
    for (auto at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++count;
    return count;
  }

  base::VirtualClock clock_{kStart};
  base::MemoryLog log_;
  testing::AuthorityStore store_;
  testing::ListedDocuments fetcher_;
  SyncJob job_{SyncRules(), store_, fetcher_, clock_, log_};
};

TEST_F(SyncJobTest, WhatWasAddedIsLoggedAndNoAlarmIsRaised) {
  EXPECT_EQ(Lines("was added"), 2);
  EXPECT_EQ(Lines("ERROR"), 0);
}

TEST_F(SyncJobTest, TheFailureOfOneAuthorityDoesNotKeepTheOthersFromTheirTurn) {
  Fail(kFirst);
  Publish(kSecond, {Jwk("v2", Pem(2)), Jwk("v3", Pem(3))});
  const Status status = job_.Run();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(MessageOf(status),
            "the keys of 1 of 2 health authorities could not be read anew; first 1 (First): away");
  EXPECT_EQ(store_.authorities[1].keys.size(), 2U);
}

TEST_F(SyncJobTest, ADocumentThatCannotBeReadIsToldOnceAnHourWithTheTimeSince) {
  Fail(kFirst);
  for (int i = 0; i < 30; ++i) {
    EXPECT_FALSE(job_.Run().ok());
    clock_.Advance(minutes(2));
  }
  EXPECT_EQ(Lines("ERROR"), 1);
  EXPECT_FALSE(job_.Run().ok());
  EXPECT_EQ(Lines("ERROR"), 2);
  EXPECT_EQ(Lines(R"("since":"2020-11-22T00:00:00Z")"), 2);
}

TEST_F(SyncJobTest, EachAuthorityHasAlarmsOfItsOwn) {
  Fail(kFirst);
  Fail(kSecond);
  EXPECT_FALSE(job_.Run().ok());
  EXPECT_EQ(Lines("ERROR"), 2);
}

TEST_F(SyncJobTest, WhenADocumentCanBeReadAgainThatIsToldAndTheTimeBeginsAnew) {
  Fail(kFirst);
  EXPECT_FALSE(job_.Run().ok());
  Publish(kFirst, {Jwk("v1", Pem(1))});
  clock_.Advance(hours(2));
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(Lines("in step with its document again"), 1);
  Fail(kFirst);
  EXPECT_FALSE(job_.Run().ok());
  EXPECT_EQ(Lines(R"("since":"2020-11-22T02:00:00Z")"), 1);
}

TEST_F(SyncJobTest, AVanishedKeyRaisesTheAlarmBeforeItIsRevokedAndSaysWhen) {
  Publish(kFirst, {Jwk("v9", Pem(3))});
  EXPECT_TRUE(job_.Run().ok());
  clock_.Advance(minutes(30));
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(Lines("is missing from the document and will be revoked"), 1);
  EXPECT_EQ(Lines(R"("key":"v1","revoked_at":"2020-11-22T01:00:00Z")"), 1);
  EXPECT_EQ(Lines("is revoked"), 0);
  clock_.Advance(minutes(30));
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(Lines("is revoked"), 1);
  EXPECT_EQ(Lines("ERROR"), 1);
}

TEST_F(SyncJobTest, ReplacedMaterialAndAVanishedLastKeyRaiseTheAlarm) {
  store::HealthAuthorityKey ended = store_.authorities[0].keys[0];
  ended.version = "v0";
  ended.from_jwks = false;
  ended.thru = kStart;
  store_.authorities[0].keys.insert(store_.authorities[0].keys.begin(), ended);
  Publish(kFirst, {Jwk("v0", Pem(1))});
  Publish(kSecond, {Jwk("v2", Pem(3))});
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(Lines("has replaced the former"), 1);
  clock_.Advance(hours(1));
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(Lines("is the last one that stays valid"), 1);
  EXPECT_EQ(Lines("\"ERROR\""), 3);  // those two, and that it vanished at all
}

TEST_F(SyncJobTest, SkippedKeysAreAWarningOnceAnHour) {
  Publish(kFirst, {Jwk("v1", Pem(1)), R"({"kid":"rsa","kty":"RSA"})"});
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(Lines("key rsa is not an elliptic curve key"), 1);
  EXPECT_EQ(Lines("ERROR"), 0);
}

TEST_F(SyncJobTest, AddressesAndBodiesAreNeverLogged) {
  fetcher_.documents.insert_or_assign(kFirst, std::string("a body that says s3cret"));
  const Status status = job_.Run();
  Publish(kSecond, {Jwk("v5", Pem(5))});
  job_.Run().IgnoreError();
  for (const char* text : {"s3cret", "hunter2", "first.example", "second.example", "a body"}) {
    EXPECT_THAT(log_.Text(), Not(HasSubstr(text)));
    EXPECT_THAT(std::string(MessageOf(status)), Not(HasSubstr(text)));
  }
}

TEST_F(SyncJobTest, ADatabaseThatIsAwayFailsTheRunAndIsLogged) {
  store_.reading = absl::UnavailableError("database");
  EXPECT_EQ(job_.Run().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Lines("ERROR"), 1);
}

TEST_F(SyncJobTest, WhatAnotherProcessHasDoneMeanwhileIsNoFailure) {
  Publish(kFirst, {Jwk("v1", Pem(3))});
  fetcher_.meanwhile = [this] { store_.authorities[0].keys[0].public_key_pem = Pem(3); };
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(Lines("ERROR"), 0);
  EXPECT_EQ(Lines("somebody else"), 1);
}

TEST_F(SyncJobTest, StoppingEndsARunAfterTheAuthorityAtHand) {
  fetcher_.fetched.clear();
  fetcher_.meanwhile = [this] { job_.Stop(); };
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(fetcher_.fetched.size(), 1U);
  EXPECT_TRUE(job_.Run().ok());
  EXPECT_EQ(fetcher_.fetched.size(), 1U);
}

}  // namespace
}  // namespace enks::jwks
