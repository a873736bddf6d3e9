#include "jwks/key_sync.h"

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
using std::chrono::seconds;
using testing::Document;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Jwk;
using testing::Pem;

constexpr UnixTime kStart{seconds(1606003200)};
constexpr char kUrl[] = "https://health.example/jwks";

class KeySyncTest : public ::testing::Test {
 protected:
  KeySyncTest() {
    store::HealthAuthority authority = store::testing::SampleAuthority();
    authority.id = 7;
    authority.jwks_uri = kUrl;
    store_.authorities = {authority};
    Publish({Jwk("v1", Pem(1)), Jwk("v2", Pem(2))});
    EXPECT_TRUE(Sync().status.ok());
    store_.writes = 0;
  }

  void Publish(const std::vector<std::string>& jwks) {
    fetcher_.documents.insert_or_assign(kUrl, Document(jwks));
  }
  AuthoritySync Sync() {
    const auto authorities = sync_.Authorities();
    EXPECT_EQ(authorities->size(), 1U);
    return sync_.Sync(authorities->at(0));
  }
  std::vector<HealthAuthorityKey>& Keys() { return store_.authorities.at(0).keys; }
  // The kids of keys that have no end.
  std::vector<std::string> OpenKeys() {
    std::vector<std::string> open;
    for (const HealthAuthorityKey& key : Keys()) {
      if (!key.thru) open.push_back(key.version);
    }
    return open;
  }
  // That a document, or its absence, is a failure which leaves the keys as they are.
  void ExpectFailureChangesNothing(Result<std::string> answer, absl::StatusCode code) {
    fetcher_.documents.insert_or_assign(kUrl, std::move(answer));
    const auto before = Keys();
    for (int i = 0; i < 3; ++i) {
      clock_.Advance(hours(24));
      const AuthoritySync outcome = Sync();
      EXPECT_EQ(outcome.status.code(), code) << outcome.status;
      EXPECT_TRUE(outcome.Failed());
      EXPECT_THAT(outcome.findings, IsEmpty());
    }
    EXPECT_EQ(Keys(), before);
    EXPECT_EQ(store_.writes, 0);
  }

  base::VirtualClock clock_{kStart};
  testing::AuthorityStore store_;
  testing::ListedDocuments fetcher_;
  KeySync sync_{SyncRules(), store_, fetcher_, clock_};
};

TEST_F(KeySyncTest, PublishedKeysAreStored) {
  ASSERT_EQ(Keys().size(), 2U);
  EXPECT_EQ(Keys()[0].version, "v1");
  EXPECT_EQ(Keys()[0].public_key_pem, Pem(1));
  EXPECT_EQ(Keys()[0].from, kStart);
  EXPECT_TRUE(Keys()[0].from_jwks);
}

TEST_F(KeySyncTest, ADocumentThatSaysNothingNewWritesNothing) {
  clock_.Advance(hours(1));
  EXPECT_TRUE(Sync().status.ok());
  EXPECT_EQ(store_.writes, 0);
}

TEST_F(KeySyncTest, AKeyIsRevokedAfterItWasMissingForTheConfirmationTime) {
  Publish({Jwk("v2", Pem(2))});
  Sync();
  clock_.Advance(hours(1) - seconds(1));
  Sync();
  EXPECT_THAT(OpenKeys(), ElementsAre("v1", "v2"));
  clock_.Advance(seconds(1));
  Sync();
  EXPECT_THAT(OpenKeys(), ElementsAre("v2"));
}

TEST_F(KeySyncTest, AKeyThatIsThereInBetweenIsNotRevoked) {
  for (int i = 0; i < 5; ++i) {
    Publish({Jwk("v2", Pem(2))});
    Sync();
    clock_.Advance(seconds(3599));
    Publish({Jwk("v1", Pem(1)), Jwk("v2", Pem(2))});
    Sync();
    EXPECT_THAT(OpenKeys(), ElementsAre("v1", "v2"));
  }
}

TEST_F(KeySyncTest, AnEmptyOrBrokenDocumentNeverRevokesJ3) {
  const std::string whole = Document({Jwk("v2", Pem(2))});
  for (const std::string& text : {std::string(), std::string("[]"), std::string(R"({"keys":[]})"),
                                  std::string("<html>Not now</html>"), std::string("null"),
                                  whole.substr(0, whole.size() - 2)}) {
    ExpectFailureChangesNothing(text, absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(KeySyncTest, ADocumentThatCannotBeFetchedNeverRevokes) {
  for (const Status& status : {absl::UnavailableError("away"), absl::DeadlineExceededError("slow"),
                               absl::ResourceExhaustedError("long")}) {
    ExpectFailureChangesNothing(status, status.code());
  }
}

TEST_F(KeySyncTest, ABareArrayReadsAlikeJ4) {
  fetcher_.documents.insert_or_assign(kUrl, "[" + Jwk("v3", Pem(3)) + "]");
  EXPECT_TRUE(Sync().status.ok());
  EXPECT_THAT(OpenKeys(), ElementsAre("v1", "v2", "v3"));
}

TEST_F(KeySyncTest, OneUnsupportedKeyDoesNotCostTheOthersJ10) {
  Publish({R"({"kid":"rsa","kty":"RSA","n":"AQAB","e":"AQAB"})", Jwk("v1", Pem(1)),
           Jwk("v2", Pem(2)), Jwk("v3", Pem(3))});
  const AuthoritySync outcome = Sync();
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_THAT(outcome.skipped, ElementsAre("key rsa is not an elliptic curve key"));
  EXPECT_THAT(OpenKeys(), ElementsAre("v1", "v2", "v3"));
}

TEST_F(KeySyncTest, EmptyAndEqualKidsAreSkippedJ11) {
  Publish({Jwk("v1", Pem(1)), Jwk("v2", Pem(2)), Jwk("v1", Pem(3)), Jwk("", Pem(4))});
  const AuthoritySync outcome = Sync();
  EXPECT_EQ(outcome.skipped.size(), 2U);
  EXPECT_EQ(store_.writes, 0);
}

TEST_F(KeySyncTest, ReplacingAddingAndRevokingAreOneWriteJ2J8) {
  Publish({Jwk("v2", Pem(2))});
  Sync();
  clock_.Advance(hours(1));
  store_.writes = 0;
  Publish({Jwk("v2", Pem(4)), Jwk("v3", Pem(3))});
  const AuthoritySync outcome = Sync();
  EXPECT_EQ(outcome.findings.size(), 3U);
  EXPECT_EQ(store_.writes, 1);
  EXPECT_THAT(OpenKeys(), ElementsAre("v2", "v3"));
  EXPECT_EQ(Keys()[1].public_key_pem, Pem(4));
}

TEST_F(KeySyncTest, AWriteThatFailsIsAFailureAndTellsNoFindings) {
  store_.writing = absl::UnavailableError("disk");
  Publish({Jwk("v3", Pem(3))});
  const AuthoritySync outcome = Sync();
  EXPECT_TRUE(outcome.Failed());
  EXPECT_THAT(outcome.findings, IsEmpty());
}

TEST_F(KeySyncTest, WhatAnOperatorDoesMeanwhileWinsAndIsNoFailureJ7) {
  Publish({Jwk("v1", Pem(3)), Jwk("v2", Pem(2))});
  fetcher_.meanwhile = [this] { Keys()[0].thru = clock_.Now(); };
  const AuthoritySync outcome = Sync();
  EXPECT_TRUE(absl::IsAborted(outcome.status)) << outcome.status;
  EXPECT_FALSE(outcome.Failed());
  EXPECT_THAT(outcome.findings, IsEmpty());
  EXPECT_EQ(Keys()[0].public_key_pem, Pem(1));
  EXPECT_EQ(Keys()[0].thru, clock_.Now());
}

TEST_F(KeySyncTest, OfTwoProcessesTheOneWithTheOlderDocumentChangesNothing) {
  // While this process waits for its document, which still has the old material, another one has
  // read the new material and stored it.
  fetcher_.meanwhile = [this] { Keys()[0].public_key_pem = Pem(5); };
  Publish({Jwk("v1", Pem(1)), Jwk("v2", Pem(2)), Jwk("v3", Pem(3))});
  EXPECT_TRUE(absl::IsAborted(Sync().status));
  EXPECT_EQ(Keys()[0].public_key_pem, Pem(5));
}

TEST_F(KeySyncTest, AuthoritiesWithoutADocumentAreLeftOut) {
  store::HealthAuthority other = store::testing::SampleAuthority();
  other.id = 8;
  store_.authorities.push_back(other);
  EXPECT_EQ(sync_.Authorities()->size(), 1U);
  EXPECT_EQ(sync_.Sync(other).status.code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace enks::jwks
