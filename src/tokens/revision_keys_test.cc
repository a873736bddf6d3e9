#include "tokens/revision_keys.h"

#include "tokens/token_fixture.h"

namespace enks::tokens {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class RevisionKeysTest : public TokenFixture {
 protected:
  // What one rotation does, as "created/destroyed".
  std::string Rotate() {
    const auto report =
        RotateRevisionKeys(*store_, *sealer_, random_, clock_.Now(), RotationOptions());
    EXPECT_TRUE(report.ok()) << report.status();
    return std::to_string(report->created) + "/" + std::to_string(report->destroyed);
  }
  void Add(std::int64_t expected_newest) {
    EXPECT_TRUE(AddRevisionKey(*store_, *sealer_, random_, clock_.Now(), expected_newest).ok());
  }
};

TEST_F(RevisionKeysTest, AKeyLiesSealedInTheDatabase) {
  Add(0);
  const store::RevisionKey row = store_->RevisionKeys()->front();
  const auto key = OpenRevisionKey(row, *sealer_);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->size(), 32U);
  const std::string stored(row.sealed.begin(), row.sealed.end());
  EXPECT_EQ(stored.find(base::AsText(key->Expose())), std::string::npos);
}

TEST_F(RevisionKeysTest, AKeyCannotBeMovedToAnotherRow) {
  Add(0);
  Add(1);
  auto rows = *store_->RevisionKeys();
  std::swap(rows[0].sealed, rows[1].sealed);
  EXPECT_TRUE(absl::IsUnauthenticated(OpenRevisionKey(rows[0], *sealer_).status()));
}

TEST_F(RevisionKeysTest, AKeyOfAnotherLengthIsRefused) {
  store::RevisionKey row;
  row.sealed = *sealer_->Seal(base::Bytes(31), row.additional);
  EXPECT_TRUE(absl::IsInternal(OpenRevisionKey(row, *sealer_).status()));
}

TEST_F(RevisionKeysTest, TheFirstRotationMakesAKey) {
  EXPECT_EQ(Rotate(), "1/0");
  EXPECT_EQ(Rotate(), "0/0");
}

TEST_F(RevisionKeysTest, ANewKeyComesWhenTheNewestIsAsOldAsThePeriodAndNotBefore) {
  Add(0);
  clock_.Advance(hours(168) - seconds(1));
  EXPECT_EQ(Rotate(), "0/0");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Rotate(), "1/0");
  EXPECT_EQ(Ids(), "2 1");
}

TEST_F(RevisionKeysTest, AKeyGoesWhenItsSuccessorIsAsOldAsThePeriodAndNotBefore) {
  Add(0);
  clock_.Advance(hours(24) * 365);
  EXPECT_EQ(Rotate(), "1/0");  // however old it is, tokens were sealed with it until now
  clock_.Advance(hours(360) - seconds(1));
  EXPECT_EQ(Rotate(), "1/0");
  EXPECT_EQ(Ids(), "3 2 1");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Rotate(), "0/1");
  EXPECT_EQ(Ids(), "3 2");
}

TEST_F(RevisionKeysTest, TheNewestKeyIsNeverDestroyed) {
  Add(0);
  clock_.Advance(hours(24) * 365);
  RotationOptions never_new;
  never_new.new_key_period = hours(24) * 1000;
  const auto report = RotateRevisionKeys(*store_, *sealer_, random_, clock_.Now(), never_new);
  EXPECT_EQ(report->destroyed, 0);
  EXPECT_EQ(Ids(), "1");
}

TEST_F(RevisionKeysTest, AProcessThatWasSlowerAddsNothing) {
  Add(0);
  const auto late = AddRevisionKey(*store_, *sealer_, random_, clock_.Now(), 0);
  EXPECT_TRUE(absl::IsAborted(late.status()));
  EXPECT_EQ(Ids(), "1");
}

}  // namespace
}  // namespace enks::tokens
