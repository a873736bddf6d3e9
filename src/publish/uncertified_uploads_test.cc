#include "publish/uncertified_uploads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace enks::publish {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

constexpr base::UnixTime kStart{seconds(1'607'558'400)};

class UncertifiedUploadsTest : public testing::Test {
 protected:
  std::int64_t Lines() const {
    const std::string text = log_.Text();
    return std::count(text.begin(), text.end(), '\n');
  }

  base::MemoryLog log_;
  metrics::Metrics metrics_;
  std::optional<UncertifiedUploads> uploads_{std::in_place, log_, metrics_};
};

TEST_F(UncertifiedUploadsTest, AreWrittenOnceAMinuteWithTheirNumber) {
  for (int i = 0; i < 1000; ++i) uploads_->Count("app", kStart + seconds(i % 60));
  uploads_->ReportWhatIsDue(kStart + seconds(59));
  EXPECT_EQ(Lines(), 0);
  uploads_->ReportWhatIsDue(kStart + seconds(60));
  EXPECT_EQ(Lines(), 1);
  EXPECT_THAT(log_.Text(), AllOf(HasSubstr(R"("app":"app")"), HasSubstr(R"("uploads":1000)")));
  uploads_->ReportWhatIsDue(kStart + seconds(3600));
  EXPECT_EQ(Lines(), 1) << "nothing was counted since";
}

TEST_F(UncertifiedUploadsTest, AreNeverWrittenByThemselvesNoMatterHowLateTheyCome) {
  uploads_->Count("app", kStart);
  uploads_->Count("app", kStart + seconds(3600));
  EXPECT_EQ(Lines(), 0);
}

TEST_F(UncertifiedUploadsTest, AreCountedAppByApp) {
  uploads_->Count("a", kStart);
  uploads_->Count("b", kStart + seconds(30));
  uploads_->Count("b", kStart + seconds(30));
  uploads_->ReportWhatIsDue(kStart + seconds(60));
  EXPECT_EQ(Lines(), 2);
  EXPECT_THAT(log_.Text(), HasSubstr(R"("app":"b","uploads":2)"));
}

TEST_F(UncertifiedUploadsTest, AreWrittenAtTheEnd) {
  uploads_->Count("app", kStart);
  uploads_.reset();
  EXPECT_EQ(Lines(), 1);
}

}  // namespace
}  // namespace enks::publish
