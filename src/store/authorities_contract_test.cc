#include <string>

#include "store/testing/sample_records.h"
#include "store/testing/store_contract.h"

// store.h on health authorities, their keys and the apps that name them.
namespace enks::store {
namespace {

using testing::SampleApp;
using testing::SampleAuthority;
using testing::SampleAuthorityKey;

class AuthoritiesTest : public testing::StoreContractTest {
 protected:
  absl::StatusCode CodeOfAdding(const HealthAuthority& authority) {
    return store_->AddHealthAuthority(authority).status().code();
  }
  absl::StatusCode CodeOfAdding(const AuthorizedApp& app) {
    return store_->AddAuthorizedApp(app).code();
  }
};
INSTANTIATE_ON_BOTH_ENGINES(AuthoritiesTest);

TEST_P(AuthoritiesTest, AnAuthorityComesBackWithItsKeysByVersion) {
  HealthAuthority authority = SampleAuthority();
  authority.jwks_uri = "https://health.example/jwks";
  authority.stats_enabled = true;
  authority.keys = {SampleAuthorityKey("v2"), SampleAuthorityKey("v1")};
  authority.keys[0].thru = kStart + std::chrono::hours(1);
  const std::int64_t id = *store_->AddHealthAuthority(authority);

  const auto all = *store_->HealthAuthorities();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, id);
  EXPECT_EQ(all[0].issuer, authority.issuer);
  EXPECT_EQ(all[0].audience, authority.audience);
  EXPECT_EQ(all[0].name, authority.name);
  EXPECT_EQ(all[0].jwks_uri, authority.jwks_uri);
  EXPECT_TRUE(all[0].stats_enabled);
  ASSERT_EQ(all[0].keys.size(), 2U);
  EXPECT_EQ(all[0].keys[0].version, "v1");
  EXPECT_EQ(all[0].keys[0].from, kStart);
  EXPECT_EQ(all[0].keys[0].thru, std::nullopt);
  EXPECT_EQ(all[0].keys[0].public_key_pem, authority.keys[1].public_key_pem);
  EXPECT_EQ(all[0].keys[1].thru, kStart + std::chrono::hours(1));
}

TEST_P(AuthoritiesTest, AuthoritiesAreListedByIdAndIdsAreNotGivenTwice) {
  HealthAuthority authority = SampleAuthority();
  const std::int64_t first = *store_->AddHealthAuthority(authority);
  authority.issuer = "a";
  const std::int64_t second = *store_->AddHealthAuthority(authority);
  ASSERT_TRUE(store_->RemoveHealthAuthority(second).ok());
  const std::int64_t third = *store_->AddHealthAuthority(authority);
  EXPECT_NE(third, second);
  const auto all = *store_->HealthAuthorities();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, first);
  EXPECT_EQ(all[1].id, third);
  EXPECT_EQ(all[1].jwks_uri, std::nullopt);
  EXPECT_TRUE(all[1].keys.empty());
}

TEST_P(AuthoritiesTest, OneIssuerHasOneAuthority) {
  ASSERT_TRUE(store_->AddHealthAuthority(SampleAuthority()).ok());
  const Status second = store_->AddHealthAuthority(SampleAuthority()).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_NE(MessageOf(second).find(SampleAuthority().issuer), std::string_view::npos);

  HealthAuthority other = SampleAuthority();
  other.issuer = "other";
  other.id = *store_->AddHealthAuthority(other);
  other.issuer = SampleAuthority().issuer;
  EXPECT_EQ(store_->UpdateHealthAuthority(other).code(), absl::StatusCode::kAlreadyExists);
}

TEST_P(AuthoritiesTest, AnUpdateChangesTheAuthorityAndLeavesItsKeys) {
  HealthAuthority authority = SampleAuthority();
  authority.keys = {SampleAuthorityKey("v1")};
  authority.id = *store_->AddHealthAuthority(authority);
  authority.keys.clear();
  authority.name = "Renamed";
  ASSERT_TRUE(store_->UpdateHealthAuthority(authority).ok());
  const auto all = *store_->HealthAuthorities();
  EXPECT_EQ(all.at(0).name, "Renamed");
  EXPECT_EQ(all[0].keys.size(), 1U);
}

TEST_P(AuthoritiesTest, WhatIsNotThereIsNotFoundAndNamed) {
  HealthAuthority authority = SampleAuthority();
  authority.id = 77;
  for (const Status& status :
       {store_->UpdateHealthAuthority(authority), store_->RemoveHealthAuthority(77),
        store_->SaveHealthAuthorityKey(77, SampleAuthorityKey("v1")),
        store_->RemoveHealthAuthorityKey(77, "v1")}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_NE(MessageOf(status).find("77"), std::string_view::npos) << status;
  }
}

TEST_P(AuthoritiesTest, SavingAKeyAddsItOrReplacesTheOneWithItsVersion) {
  const std::int64_t id = *store_->AddHealthAuthority(SampleAuthority());
  HealthAuthorityKey key = SampleAuthorityKey("v1");
  ASSERT_TRUE(store_->SaveHealthAuthorityKey(id, key).ok());
  key.thru = kStart + std::chrono::seconds(1);
  ASSERT_TRUE(store_->SaveHealthAuthorityKey(id, key).ok());
  const auto keys = store_->HealthAuthorities()->at(0).keys;
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].thru, key.thru);
  ASSERT_TRUE(store_->RemoveHealthAuthorityKey(id, "v1").ok());
  EXPECT_TRUE(store_->HealthAuthorities()->at(0).keys.empty());
  EXPECT_EQ(store_->RemoveHealthAuthorityKey(id, "v1").code(), absl::StatusCode::kNotFound);
}

TEST_P(AuthoritiesTest, AKeyRemembersItsDocumentAndSinceWhenItIsMissing) {
  const std::int64_t id = *store_->AddHealthAuthority(SampleAuthority());
  HealthAuthorityKey key = SampleAuthorityKey("v1");
  ASSERT_TRUE(store_->SaveHealthAuthorityKey(id, key).ok());
  EXPECT_EQ(store_->HealthAuthorities()->at(0).keys, std::vector{key});
  key.from_jwks = true;
  key.missing_since = kStart + std::chrono::hours(2);
  ASSERT_TRUE(store_->SaveHealthAuthorityKey(id, key).ok());
  EXPECT_EQ(store_->HealthAuthorities()->at(0).keys, std::vector{key});
}

// The one authority of these tests with the keys v1, v2 and v3.
class ReplaceKeysTest : public AuthoritiesTest {
 protected:
  ReplaceKeysTest() {
    HealthAuthority authority = SampleAuthority();
    authority.keys = {SampleAuthorityKey("v1"), SampleAuthorityKey("v2"), SampleAuthorityKey("v3")};
    EXPECT_TRUE(store_->AddHealthAuthority(authority).ok());
    as_read_ = Stored();
    // v1 stays, v2 changes, v3 goes, v4 is new.
    keys_ = {as_read_.keys[0], as_read_.keys[1], SampleAuthorityKey("v4")};
    keys_[1].thru = kStart + std::chrono::hours(1);
    keys_[2].from_jwks = true;
  }

  HealthAuthority Stored() { return store_->HealthAuthorities()->at(0); }
  absl::StatusCode CodeOfReplacing() {
    return store_->ReplaceHealthAuthorityKeys(as_read_, keys_).code();
  }
  // That a change made since reading is found, and stays as it is.
  void ExpectAborted() {
    const auto before = *store_->HealthAuthorities();
    EXPECT_EQ(CodeOfReplacing(), absl::StatusCode::kAborted);
    EXPECT_EQ(*store_->HealthAuthorities(), before);
  }

  HealthAuthority as_read_;
  std::vector<HealthAuthorityKey> keys_;
};
INSTANTIATE_ON_BOTH_ENGINES(ReplaceKeysTest);

TEST_P(ReplaceKeysTest, KeysAreAddedChangedAndRemovedTogether) {
  ASSERT_EQ(CodeOfReplacing(), absl::StatusCode::kOk);
  EXPECT_EQ(Stored().keys, keys_);
}

TEST_P(ReplaceKeysTest, OtherAuthoritiesKeepTheirKeys) {
  HealthAuthority other = SampleAuthority();
  other.issuer = "other";
  other.keys = {SampleAuthorityKey("v3")};
  ASSERT_TRUE(store_->AddHealthAuthority(other).ok());
  ASSERT_EQ(CodeOfReplacing(), absl::StatusCode::kOk);
  EXPECT_EQ(store_->HealthAuthorities()->at(1).keys, other.keys);
}

TEST_P(ReplaceKeysTest, TheSecondOfTwoWhoReadTheSameIsAborted) {
  const auto other = Open();
  ASSERT_TRUE(other->ReplaceHealthAuthorityKeys(as_read_, {as_read_.keys[0]}).ok());
  ExpectAborted();
}

TEST_P(ReplaceKeysTest, AKeyThatAnOperatorAddedRevokedOrRemovedAborts) {
  HealthAuthorityKey revoked = as_read_.keys[0];
  revoked.thru = kStart;
  ASSERT_TRUE(store_->SaveHealthAuthorityKey(as_read_.id, revoked).ok());
  ExpectAborted();
  as_read_ = Stored();
  ASSERT_TRUE(store_->SaveHealthAuthorityKey(as_read_.id, SampleAuthorityKey("v9")).ok());
  ExpectAborted();
  as_read_ = Stored();
  ASSERT_TRUE(store_->RemoveHealthAuthorityKey(as_read_.id, "v9").ok());
  ExpectAborted();
}

TEST_P(ReplaceKeysTest, AnAuthorityThatWasChangedOrRemovedAborts) {
  HealthAuthority changed = as_read_;
  changed.jwks_uri = "https://elsewhere.example/";
  ASSERT_TRUE(store_->UpdateHealthAuthority(changed).ok());
  ExpectAborted();
  ASSERT_TRUE(store_->RemoveHealthAuthority(as_read_.id).ok());
  ExpectAborted();
}

TEST_P(ReplaceKeysTest, ABadKeyOrTwoOfOneVersionAreRefusedAndNothingIsStored) {
  keys_[1].public_key_pem.clear();
  EXPECT_EQ(CodeOfReplacing(), absl::StatusCode::kInvalidArgument);
  keys_[1] = keys_[0];
  EXPECT_EQ(CodeOfReplacing(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Stored(), as_read_);
}

TEST_P(AuthoritiesTest, ARemovedAuthorityIsTakenOutOfTheListsOfTheApps) {
  const std::int64_t kept = *store_->AddHealthAuthority(SampleAuthority());
  HealthAuthority other = SampleAuthority();
  other.issuer = "other";
  other.keys = {SampleAuthorityKey("v1")};
  const std::int64_t removed = *store_->AddHealthAuthority(other);
  AuthorizedApp app = SampleApp();
  app.health_authority_ids = {removed, kept};
  ASSERT_TRUE(store_->AddAuthorizedApp(app).ok());
  ASSERT_TRUE(store_->RemoveHealthAuthority(removed).ok());
  EXPECT_EQ(store_->AuthorizedApps()->at(0).health_authority_ids, std::vector{kept});
}

TEST_P(AuthoritiesTest, AnAuthorityNeedsIssuerAudienceAndName) {
  for (std::string HealthAuthority::*field :
       {&HealthAuthority::issuer, &HealthAuthority::audience, &HealthAuthority::name}) {
    for (const std::string& wrong :
         {std::string(), std::string(1025, 'a'), std::string("a\nb"), std::string("a\0b", 3)}) {
      HealthAuthority authority = SampleAuthority();
      authority.*field = wrong;
      EXPECT_EQ(CodeOfAdding(authority), absl::StatusCode::kInvalidArgument);
    }
    HealthAuthority longest = SampleAuthority();
    longest.*field = std::string(1024, 'a');
    const auto added = store_->AddHealthAuthority(longest);
    ASSERT_TRUE(added.ok()) << added.status();
    ASSERT_TRUE(store_->RemoveHealthAuthority(*added).ok());
  }
  EXPECT_TRUE(store_->HealthAuthorities()->empty());
}

TEST_P(AuthoritiesTest, AKeyNeedsAVersionATextAndNoEndBeforeItsStart) {
  HealthAuthority authority = SampleAuthority();
  const std::int64_t id = *store_->AddHealthAuthority(authority);
  HealthAuthorityKey key = SampleAuthorityKey("v1");
  key.thru = key.from - std::chrono::seconds(1);
  EXPECT_EQ(store_->SaveHealthAuthorityKey(id, key).code(), absl::StatusCode::kInvalidArgument);
  key.thru = key.from;  // revoked before it was ever valid
  EXPECT_TRUE(store_->SaveHealthAuthorityKey(id, key).ok());
  key.public_key_pem.clear();
  EXPECT_EQ(store_->SaveHealthAuthorityKey(id, key).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(store_->SaveHealthAuthorityKey(id, SampleAuthorityKey("")).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(AuthoritiesTest, AnAuthorityWithABadKeyIsNotAddedAtAll) {
  HealthAuthority authority = SampleAuthority();
  authority.keys = {SampleAuthorityKey("v1"), SampleAuthorityKey("")};
  EXPECT_EQ(CodeOfAdding(authority), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(store_->HealthAuthorities()->empty());
}

TEST_P(AuthoritiesTest, AnAppComesBackInLowerCaseWithNormalRegionsAndSortedIds) {
  const std::int64_t id = *store_->AddHealthAuthority(SampleAuthority());
  AuthorizedApp app = SampleApp();
  app.name = "Org.Example.APP";
  app.regions = {" us-wa ", "DE", "de"};
  app.health_authority_ids = {id, id};
  app.bypass_certificate = true;
  ASSERT_TRUE(store_->AddAuthorizedApp(app).ok());
  const auto apps = *store_->AuthorizedApps();
  ASSERT_EQ(apps.size(), 1U);
  EXPECT_EQ(apps[0].name, "org.example.app");
  EXPECT_EQ(apps[0].regions, (std::vector<std::string>{"DE", "US-WA"}));
  EXPECT_EQ(apps[0].health_authority_ids, std::vector{id});
  EXPECT_TRUE(apps[0].bypass_certificate);
  EXPECT_FALSE(apps[0].bypass_revision_token);
}

TEST_P(AuthoritiesTest, AppsAreListedBytewiseByName) {
  for (const char* name : {"b", "a_b", "a.b", "a-b", "ä"}) {
    AuthorizedApp app = SampleApp();
    app.name = name;
    ASSERT_TRUE(store_->AddAuthorizedApp(app).ok());
  }
  const auto apps = *store_->AuthorizedApps();
  std::string names;
  for (const AuthorizedApp& app : apps) names += app.name + " ";
  EXPECT_EQ(names, "a-b a.b a_b b ä ");
}

TEST_P(AuthoritiesTest, AnAppIsFoundWhateverTheCaseOfItsName) {
  AuthorizedApp app = SampleApp();
  ASSERT_TRUE(store_->AddAuthorizedApp(app).ok());
  app.name = "ORG.example.App";
  EXPECT_EQ(CodeOfAdding(app), absl::StatusCode::kAlreadyExists);
  app.bypass_revision_token = true;
  ASSERT_TRUE(store_->UpdateAuthorizedApp(app).ok());
  EXPECT_TRUE(store_->AuthorizedApps()->at(0).bypass_revision_token);
  ASSERT_TRUE(store_->RemoveAuthorizedApp(app.name).ok());
  EXPECT_TRUE(store_->AuthorizedApps()->empty());
  EXPECT_EQ(store_->UpdateAuthorizedApp(app).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->RemoveAuthorizedApp(app.name).code(), absl::StatusCode::kNotFound);
}

TEST_P(AuthoritiesTest, AnAppWithoutNameOrWithABadRegionOrAnUnknownAuthorityIsRefused) {
  AuthorizedApp app = SampleApp();
  app.name = "";
  EXPECT_EQ(CodeOfAdding(app), absl::StatusCode::kInvalidArgument);
  app = SampleApp();
  app.regions = {" "};
  EXPECT_EQ(CodeOfAdding(app), absl::StatusCode::kInvalidArgument);
  app = SampleApp();
  app.health_authority_ids = {4};
  EXPECT_EQ(CodeOfAdding(app), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(store_->AddAuthorizedApp(SampleApp()).ok());
  EXPECT_EQ(store_->UpdateAuthorizedApp(app).code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(AuthoritiesTest, AnAppWithoutRegionsIsRefusedWhenAddedAndWhenChanged) {
  AuthorizedApp app = SampleApp();
  app.regions.clear();
  const Status added = store_->AddAuthorizedApp(app);
  EXPECT_EQ(added.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(MessageOf(added).find("regions is empty"), std::string::npos);
  EXPECT_TRUE(store_->AuthorizedApps()->empty());

  ASSERT_TRUE(store_->AddAuthorizedApp(SampleApp()).ok());
  EXPECT_EQ(store_->UpdateAuthorizedApp(app).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(store_->AuthorizedApps()->at(0).regions, SampleApp().regions);
}

}  // namespace
}  // namespace enks::store
