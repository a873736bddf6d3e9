#include "exports/padding_survey.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace enks::exports {
namespace {

using std::chrono::hours;

const base::UnixTime kReleased{hours(24 * 19000 + 8)};

class PaddingSurveyTest : public ::testing::Test {
 protected:
  static PaddingCells Cells() {
    store::ExportConfig us;
    us.id = 1;
    us.period = hours(1);
    us.input_regions = {"US"};
    store::ExportConfig all = us;
    all.id = 2;
    all.input_regions = {"CA", "US"};
    return {{us, all}, {}};
  }

  store::Origin In(const std::string& region) {
    store::Origin origin;
    origin.app = "org.example.app";
    origin.regions = {region};
    return origin;
  }

  void Show(const KeyCollector::Witness& witness, const store::Origin& origin, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      std::array<std::uint8_t, exposure::KeyData::kSize> data{};
      random_.Fill(data);
      store::ExportedKey key;
      key.key = exposure::KeyData(data);
      key.rolling_start = exposure::IntervalAt(kReleased - hours(32));
      key.rolling_period = exposure::kRollingPeriodMax;
      key.transmission_risk = 6;
      key.report_type = exposure::ReportType::kNegative;
      key.days_since_onset = 2;
      key.release_at = kReleased;
      key.origin = &origin;
      shown_.push_back(key.key);
      witness(key, *Pack(key));
    }
  }

  base::SeededRandom random_{5};
  std::vector<exposure::KeyData> shown_;
};

TEST_F(PaddingSurveyTest, EachCellIsFilledByItself) {
  PaddingSurvey survey(Cells(), 100);
  const store::Origin us = In("US");
  const store::Origin ca = In("CA");
  const auto witness = survey.OfPrimary();
  Show(witness, us, 99);
  Show(witness, ca, 10);
  const auto padding = MakePadding(survey, {100, 0}, random_);
  ASSERT_EQ(padding.size(), 2u);
  EXPECT_EQ(padding[0].origin.regions, std::vector<std::string>{"CA"});
  EXPECT_EQ(padding[0].keys.size(), 90u);
  EXPECT_EQ(padding[1].origin.regions, std::vector<std::string>{"US"});
  EXPECT_EQ(padding[1].keys.size(), 1u);
  for (const auto& part : padding) {
    EXPECT_TRUE(part.origin.generated);
    EXPECT_TRUE(part.origin.app.empty()) << "nobody vouched for these keys";
  }
}

TEST_F(PaddingSurveyTest, ACellWithTheMinimumIsLeftAloneAndTakesNoMemory) {
  PaddingSurvey survey(Cells(), 100);
  const store::Origin us = In("US");
  Show(survey.OfPrimary(), us, 100);
  Show(survey.OfRevised(), us, 10);
  EXPECT_EQ(survey.cells().at(0).primary, 100);
  EXPECT_TRUE(survey.cells().at(0).originals.empty());
  EXPECT_TRUE(MakePadding(survey, {100, 0}, random_).empty());
}

TEST_F(PaddingSurveyTest, WithoutAMinimumNothingIsAdded) {
  PaddingSurvey survey(Cells(), 0);
  const store::Origin us = In("US");
  Show(survey.OfRevised(), us, 3);
  EXPECT_TRUE(MakePadding(survey, {0, 0}, random_).empty());
}

// The models of such a cell once had to fit in memory all together, or the process ended.
TEST_F(PaddingSurveyTest, ManyRevisedKeysWithoutAPrimaryOneAreSampled) {
  PaddingSurvey survey(Cells(), 100);
  const store::Origin us = In("US");
  Show(survey.OfRevised(), us, 20 * static_cast<std::int64_t>(kOriginalsMax));
  ASSERT_EQ(survey.cells().at(0).originals.size(), kOriginalsMax);
  std::sort(shown_.begin(), shown_.end());
  for (const Original& original : survey.cells().at(0).originals) {
    EXPECT_LT(original.key.key, shown_[kOriginalsMax]);
    EXPECT_EQ(original.key.report_type, exposure::ReportType::kLikely);
  }
  const auto padding = MakePadding(survey, {100, 0}, random_);
  ASSERT_EQ(padding.size(), 1u);
  EXPECT_EQ(padding[0].keys.size(), 100u);
}

TEST_F(PaddingSurveyTest, RevisedKeysAreNoModelsWherePrimaryOnesAre) {
  PaddingSurvey survey(Cells(), 100);
  const store::Origin us = In("US");
  Show(survey.OfPrimary(), us, 3);
  Show(survey.OfRevised(), us, 50);
  EXPECT_EQ(survey.cells().at(0).originals.size(), 3u);
}

// Between two reads the same place in memory may come to hold another origin.
TEST_F(PaddingSurveyTest, EachReadLooksAtOriginsAnew) {
  PaddingSurvey survey(Cells(), 100);
  store::Origin origin = In("US");
  Show(survey.OfPrimary(), origin, 3);
  origin = In("CA");
  Show(survey.OfRevised(), origin, 3);
  ASSERT_EQ(survey.groups().size(), 2u);
  EXPECT_EQ(survey.groups()[1].regions, std::vector<std::string>{"CA"});
}

}  // namespace
}  // namespace enks::exports
