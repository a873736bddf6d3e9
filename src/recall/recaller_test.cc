#include "recall/recaller.h"

#include <gtest/gtest.h>

#include <string>

#include "store/runs/testing/uploads.h"
#include "store/testing/store_contract.h"

namespace enks::recall {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class RecallerTest : public store::testing::StoreContractTest {
 protected:
  RecallerTest() : recaller_(*store_, clock_, hours(1)) {
    clock_.Set(kStart + minutes(90));
    EXPECT_TRUE(store_->StoreUploadAndWait(store::runs::testing::MakeUpload(random_, 5)).ok());
  }

  static store::Recall Request() {
    store::Recall request;
    request.operator_name = "ada";
    request.reason = "stolen key";
    request.selection.health_authority_id = 1;
    return request;
  }

  base::SeededRandom random_{3};
  Recaller recaller_;
};
INSTANTIATE_ON_BOTH_ENGINES(RecallerTest);

TEST_P(RecallerTest, ARecallIsRecordedWithItsBeginItsEndAndItsCounts) {
  const auto outcome = recaller_.Run(Request(), nullptr);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->release_at, kStart + hours(1));
  EXPECT_EQ(outcome->recall.counts.withdrawn, 5);
  const auto recorded = store_->Recalls();
  ASSERT_EQ(recorded->size(), 1U);
  EXPECT_EQ(recorded->front().id, outcome->recall.id);
  EXPECT_EQ(recorded->front().operator_name, "ada");
  EXPECT_EQ(recorded->front().started_at, kStart + minutes(90));
  EXPECT_EQ(recorded->front().finished_at, kStart + minutes(90));
  EXPECT_EQ(recorded->front().counts, outcome->recall.counts);
}

TEST_P(RecallerTest, ARecallThatIsBrokenOffStaysRecordedAsNotFinished) {
  const auto outcome =
      recaller_.Run(Request(), [](const auto&) { return absl::CancelledError("stopped"); });
  EXPECT_TRUE(absl::IsCancelled(outcome.status()));
  const auto recorded = store_->Recalls();
  ASSERT_EQ(recorded->size(), 1U);
  EXPECT_EQ(recorded->front().finished_at, std::nullopt);
  EXPECT_EQ(recorded->front().counts.withdrawn, 5);
}

TEST_P(RecallerTest, WithoutAReasonNothingHappens) {
  store::Recall request = Request();
  for (const std::string& reason :
       {std::string(), std::string("  "), std::string(kTextBytesMax + 1, 'x'),
        std::string("two\nlines")}) {
    request.reason = reason;
    EXPECT_TRUE(absl::IsInvalidArgument(recaller_.Run(request, nullptr).status()));
  }
  request = Request();
  request.operator_name.clear();
  EXPECT_TRUE(absl::IsInvalidArgument(recaller_.Run(request, nullptr).status()));
  EXPECT_TRUE(store_->Recalls()->empty());
  EXPECT_EQ(*store_->CountKeys(), 5);
}

TEST_P(RecallerTest, AReasonMayBeAsLongAsItsLimit) {
  store::Recall request = Request();
  request.reason = std::string(kTextBytesMax, 'x');
  EXPECT_TRUE(recaller_.Run(request, nullptr).ok());
}

}  // namespace
}  // namespace enks::recall
