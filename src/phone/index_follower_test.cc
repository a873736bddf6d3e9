#include "phone/index_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::phone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(IndexFollower, FetchesEverythingTheFirstTimeOldestFirst) {
  IndexFollower follower;
  EXPECT_THAT(follower.Follow("r/1-2-00001.zip\nr/2-3-00001.zip").names,
              ElementsAre("r/1-2-00001.zip", "r/2-3-00001.zip"));
}

TEST(IndexFollower, FetchesOnlyWhatSortsAfterTheNewestFileProcessed) {
  IndexFollower follower;
  follower.Done("r/1-2-00001.zip");
  follower.Done("r/2-3-00001.zip");
  EXPECT_THAT(follower.Follow("r/1-2-00001.zip\nr/2-3-00001.zip").names, IsEmpty());
  EXPECT_THAT(follower.Follow("r/2-3-00001.zip\nr/2-3-00002.zip\nr/3-4-00001.zip").names,
              ElementsAre("r/2-3-00002.zip", "r/3-4-00001.zip"));
}

TEST(IndexFollower, GoesOnAfterItsNewestNameVanishedFromTheIndex) {
  IndexFollower follower;
  follower.Done("r/5.zip");
  EXPECT_THAT(follower.Follow("r/4.zip\nr/6.zip\nr/7.zip").names,
              ElementsAre("r/6.zip", "r/7.zip"));
}

TEST(IndexFollower, AnEmptyIndexIsNoReasonToForget) {
  IndexFollower follower;
  follower.Done("r/5.zip");
  EXPECT_THAT(follower.Follow("").names, IsEmpty());
  EXPECT_THAT(follower.Follow("r/5.zip\nr/6.zip").names, ElementsAre("r/6.zip"));
}

TEST(IndexFollower, AsksAgainForAFileThatCouldNotBeHad) {
  IndexFollower follower;
  follower.Done("r/1.zip");
  follower.Failed("r/2.zip");
  follower.Done("r/3.zip");
  EXPECT_THAT(follower.Follow("r/1.zip\nr/2.zip\nr/3.zip\nr/4.zip").names,
              ElementsAre("r/2.zip", "r/4.zip"));
  follower.Done("r/2.zip");
  EXPECT_THAT(follower.Follow("r/1.zip\nr/2.zip\nr/3.zip").names, IsEmpty());
}

TEST(IndexFollower, GivesUpOnAFailedFileOnceItIsNoLongerListed) {
  IndexFollower follower;
  follower.Failed("r/2.zip");
  EXPECT_THAT(follower.Follow("r/3.zip").names, ElementsAre("r/3.zip"));
  follower.Done("r/3.zip");
  EXPECT_THAT(follower.Follow("r/2.zip\nr/3.zip").names, IsEmpty());
}

TEST(IndexFollower, TheNewestNameNeverGoesBack) {
  IndexFollower follower;
  follower.Done("r/3.zip");
  follower.Done("r/2.zip");
  EXPECT_EQ(follower.newest(), "r/3.zip");
}

TEST(IndexFollower, CountsLinesThatAppearTooLateForAnyPhone) {
  IndexFollower follower;
  EXPECT_EQ(follower.Follow("r/1.zip\nr/3.zip").late, 0u);
  follower.Done("r/1.zip");
  follower.Done("r/3.zip");
  const auto plan = follower.Follow("r/1.zip\nr/2.zip\nr/3.zip\nr/4.zip");
  EXPECT_EQ(plan.late, 1u);
  EXPECT_THAT(plan.names, ElementsAre("r/4.zip"));
}

TEST(IndexFollower, DoesNotFollowLinesThatAreNoObjectNames) {
  IndexFollower follower;
  const auto plan = follower.Follow(
      "http://evil.example/1.zip\n/1.zip\nr//1.zip\nr/../1.zip\n./1.zip\nr/1.zip?x\nr/%2e/1\nr/\n"
      "r/ok.zip\r\n");
  EXPECT_THAT(plan.names, ElementsAre("r/ok.zip"));
  EXPECT_EQ(plan.malformed, 8u);
}

TEST(IndexFollower, BoundsTheLengthOfANameOnBothSides) {
  IndexFollower follower;
  const std::string longest(kFileNameBytesMax, 'a');
  EXPECT_THAT(follower.Follow(longest).names, ElementsAre(longest));
  EXPECT_EQ(follower.Follow(longest + "a").malformed, 1u);
}

TEST(IndexFollower, BoundsTheNumberOfLines) {
  std::string index;
  for (std::size_t i = 0; i < kIndexLinesMax + 2; ++i) index += "r/" + std::to_string(i) + "\n";
  IndexFollower follower;
  const auto plan = follower.Follow(index);
  EXPECT_EQ(plan.names.size(), kIndexLinesMax);
  EXPECT_EQ(plan.malformed, 2u);
}

exportfile::ExportHeader Header(int start, int end, int batch) {
  exportfile::ExportHeader header;
  header.start = base::UnixTime(std::chrono::seconds(start));
  header.end = base::UnixTime(std::chrono::seconds(end));
  header.batch_num = batch;
  return header;
}

TEST(IndexFollower, KnowsAFileByItsTimesAndBatchNumber) {
  IndexFollower follower;
  follower.Remember(Header(1, 2, 1));
  EXPECT_TRUE(follower.IsKnown(Header(1, 2, 1)));
  EXPECT_FALSE(follower.IsKnown(Header(1, 3, 1)));
  EXPECT_FALSE(follower.IsKnown(Header(0, 2, 1)));
  EXPECT_FALSE(follower.IsKnown(Header(1, 2, 2)));
}

constexpr int kTwoWeeks = 14 * 24 * 3600;

TEST(IndexFollower, RemembersAFileForTwoWeeksAfterItsEnd) {
  IndexFollower follower;
  follower.Remember(Header(100, 200, 1));
  follower.Remember(Header(300, 200 + kTwoWeeks, 1));
  EXPECT_TRUE(follower.IsKnown(Header(100, 200, 1)));
  follower.Remember(Header(300, 201 + kTwoWeeks, 1));
  EXPECT_FALSE(follower.IsKnown(Header(100, 200, 1)));
  EXPECT_TRUE(follower.IsKnown(Header(300, 200 + kTwoWeeks, 1)));
}

TEST(IndexFollower, ItsTextDoesNotGrowWithoutEnd) {
  constexpr int kHour = 3600;
  IndexFollower follower;
  for (int hour = 0; hour < 3000; ++hour) {
    follower.Remember(Header(hour * kHour, (hour + 1) * kHour, 1));
  }
  const std::string text = follower.ToText();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 14 * 24 + 1);
}

TEST(IndexFollower, BoundsHowManyFilesItRemembers) {
  IndexFollower follower;
  for (std::size_t i = 0; i < kProcessedMax; ++i)
    follower.Remember(Header(1, 2, static_cast<int>(i)));
  EXPECT_TRUE(follower.IsKnown(Header(1, 2, 0)));
  follower.Remember(Header(1, 2, static_cast<int>(kProcessedMax)));
  EXPECT_FALSE(follower.IsKnown(Header(1, 2, 0)));
  EXPECT_TRUE(follower.IsKnown(Header(1, 2, 1)));
  EXPECT_LT(follower.ToText().size(), kStateBytesMax);
}

TEST(IndexFollower, AnyNumberMayBeATimeInItsText) {
  const auto follower = IndexFollower::FromText(
      "file -9223372036854775808 -9223372036854775808 1\nfile 0 9223372036854775807 1\n");
  ASSERT_TRUE(follower.ok());
  EXPECT_EQ(follower->ToText(), "file 0 9223372036854775807 1\n");
  EXPECT_TRUE(IndexFollower::FromText("file 0 -9223372036854775808 1\n").ok());
}

TEST(IndexFollower, ComesBackFromItsText) {
  IndexFollower follower;
  follower.Done("r/3.zip");
  follower.Failed("r/2.zip");
  follower.Remember(Header(1, 2, 1));
  auto restored = IndexFollower::FromText(follower.ToText());
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(restored->newest(), "r/3.zip");
  EXPECT_TRUE(restored->IsKnown(Header(1, 2, 1)));
  EXPECT_THAT(restored->Follow("r/1.zip\nr/2.zip\nr/3.zip").names, ElementsAre("r/2.zip"));
}

TEST(IndexFollower, RefusesATextThatIsNoState) {
  for (const char* text : {"newest", "newest ../x", "failed a b", "file 1 2", "file 1 2 x", "?"}) {
    EXPECT_EQ(IndexFollower::FromText(text).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_TRUE(IndexFollower::FromText("").ok());
}

}  // namespace
}  // namespace enks::phone
