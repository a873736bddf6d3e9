#include "tokens/rotator.h"

#include <gmock/gmock.h>

#include "tokens/token_fixture.h"

namespace enks::tokens {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

class RotatorTest : public TokenFixture {
 protected:
  Result<RotationReport> Rotate(const std::string& sealing_key = TokenOptions().sealing_key) {
    return Rotator(RotationOptions(), sealing_key, *store_, *sealing_keys_, clock_, random_, log_)
        .Rotate();
  }
};

TEST_F(RotatorTest, MakesTheFirstKeyAndTheNextWhenItIsDue) {
  ASSERT_TRUE(Rotate().ok());
  EXPECT_EQ(Ids(), "1");
  clock_.Advance(RotationOptions().new_key_period);
  ASSERT_TRUE(Rotate().ok());
  EXPECT_EQ(Ids(), "2 1");
  EXPECT_THAT(log_.Text(), HasSubstr("revision keys rotated"));
}

TEST_F(RotatorTest, SaysNothingWhenNothingIsDue) {
  ASSERT_TRUE(Rotate().ok());
  const std::string before = log_.Text();
  ASSERT_TRUE(Rotate().ok());
  EXPECT_EQ(log_.Text(), before);
}

TEST_F(RotatorTest, AMissingSealingKeyIsNamedAndLosesNothing) {
  ASSERT_TRUE(Rotate().ok());
  clock_.Advance(hours(24 * 60));
  EXPECT_TRUE(absl::IsNotFound(Rotate("file://lost").status()));
  EXPECT_THAT(log_.Text(), HasSubstr("lost"));
  EXPECT_EQ(Ids(), "1");
}

}  // namespace
}  // namespace enks::tokens
