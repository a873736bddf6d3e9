#include "exposure/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/base64.h"
#include "exposure/testing/sample_keys.h"

namespace enks::exposure {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Assessment AssessKeys(const std::vector<SubmittedKey>& keys, const UploadRules& rules = {}) {
  return Assess(keys, 0, std::nullopt, kNow, rules);
}

// The one error of an upload whose only key fails.
std::string ErrorOf(const SubmittedKey& key) {
  const Assessment assessment = AssessKeys({key});
  EXPECT_TRUE(assessment.refused);
  EXPECT_THAT(assessment.accepted, IsEmpty());
  EXPECT_EQ(assessment.refusal, "");
  EXPECT_THAT(assessment.errors, SizeIs(1));
  return assessment.errors.empty() ? "" : assessment.errors.front();
}

void ExpectAccepted(const SubmittedKey& key) {
  const Assessment assessment = AssessKeys({key});
  EXPECT_FALSE(assessment.refused);
  EXPECT_THAT(assessment.accepted, SizeIs(1));
  EXPECT_THAT(assessment.errors, IsEmpty());
  EXPECT_THAT(assessment.warnings, IsEmpty());
}

TEST(Assess, DerivesEverythingOfAnAcceptedKey) {
  const Diagnosis diagnosis{ReportType::kConfirmed, kToday - 3 * 144};
  const Assessment assessment =
      Assess({Key(1, kToday - 2 * 144, 100, 0)}, 0, diagnosis, kNow, UploadRules{});
  EXPECT_FALSE(assessment.refused);
  ASSERT_THAT(assessment.accepted, SizeIs(1));
  const AcceptedKey& key = assessment.accepted[0];
  EXPECT_TRUE(key.key == Data(1));
  EXPECT_EQ(key.rolling_start.number, kToday - 2 * 144);
  EXPECT_EQ(key.rolling_period, 100);
  EXPECT_EQ(key.transmission_risk, 2);
  EXPECT_EQ(key.report_type, ReportType::kConfirmed);
  EXPECT_EQ(key.days_since_onset, 1);
  EXPECT_EQ(key.release_at, TruncateTo(kNow, hours(1)));
}

TEST(Assess, RefusesAnUploadWithoutKeys) {
  const Assessment assessment = AssessKeys({});
  EXPECT_TRUE(assessment.refused);
  EXPECT_THAT(assessment.refusal, HasSubstr("no exposure keys"));
  EXPECT_THAT(assessment.errors, IsEmpty());
}

TEST(Assess, TakesAsManyKeysAsAllowedAndNotOneMore) {
  UploadRules rules;
  rules.keys_max = 3;
  std::vector<SubmittedKey> keys = {KeyOfDay(1, 1), KeyOfDay(2, 2), KeyOfDay(3, 3)};
  EXPECT_THAT(AssessKeys(keys, rules).accepted, SizeIs(3));
  keys.push_back(KeyOfDay(4, 4));
  const Assessment assessment = AssessKeys(keys, rules);
  EXPECT_TRUE(assessment.refused);
  EXPECT_THAT(assessment.accepted, IsEmpty());
  EXPECT_THAT(assessment.refusal, HasSubstr("4, at most 3"));
}

TEST(AssessKey, RefusesWhatIsNotBase64) {
  EXPECT_EQ(ErrorOf({"not base64!", kToday - 144, 144, 0}),
            "key 0 cannot be imported: key is not base64");
}

TEST(AssessKey, RefusesKeysThatAreNotSixteenBytes) {
  const base::Bytes bytes(17, 7);
  const auto key_of = [&](std::size_t size) {
    return SubmittedKey{base::ToBase64(base::ByteView(bytes).first(size)), kToday - 144, 144, 0};
  };
  EXPECT_EQ(ErrorOf(key_of(15)), "key 0 cannot be imported: key is 15 bytes long, not 16");
  ExpectAccepted(key_of(16));
  EXPECT_EQ(ErrorOf(key_of(17)), "key 0 cannot be imported: key is 17 bytes long, not 16");
  EXPECT_EQ(ErrorOf(key_of(0)), "key 0 cannot be imported: key is 0 bytes long, not 16");
}

TEST(AssessKey, ReadsEveryBase64VariantOfTheSameBytes) {
  for (const char* text :
       {"+/+/+/+/+/+/+/+/+/+/+w==", "-_-_-_-_-_-_-_-_-_-_-w", "+_-/+/+/+/+/+/+/+/+/+w="}) {
    ExpectAccepted({text, kToday - 144, 144, 0});
  }
}

TEST(AssessKey, TakesPeriodsFrom1To144) {
  EXPECT_THAT(ErrorOf(Key(1, kToday - 144, 0)), HasSubstr("rolling period 0"));
  ExpectAccepted(Key(1, kToday - 144, 1));
  ExpectAccepted(Key(1, kToday - 144, 144));
  EXPECT_THAT(ErrorOf(Key(1, kToday - 144, 145)), HasSubstr("rolling period 145"));
  EXPECT_THAT(ErrorOf(Key(1, kToday - 144, -1)), HasSubstr("rolling period -1"));
}

TEST(AssessKey, TakesKeysThatEndAtTheOldestIntervalOrLater) {
  UploadRules rules;
  rules.onset_days_max = 100;
  const auto accepts = [&](std::int32_t start, std::int32_t period) {
    return !AssessKeys({Key(1, start, period)}, rules).refused;
  };
  EXPECT_TRUE(accepts(kOldest - 144, 144));
  EXPECT_FALSE(accepts(kOldest - 145, 144));
  EXPECT_TRUE(accepts(kOldest - 1, 1));
  EXPECT_FALSE(accepts(kOldest - 2, 1));
  EXPECT_THAT(ErrorOf(Key(1, kOldest - 2, 1)), HasSubstr("too old"));
}

TEST(AssessKey, TakesKeysThatStartInTheCurrentIntervalOrEarlier) {
  ExpectAccepted(Key(1, kCurrent));
  EXPECT_THAT(ErrorOf(Key(1, kCurrent + 1)), HasSubstr("in the future"));
}

// The reference's 32-bit sum wraps around here; refused it is in both.
TEST(AssessKey, RefusesStartsAtTheEndsOfThe32BitRange) {
  EXPECT_THAT(ErrorOf(Key(1, std::numeric_limits<std::int32_t>::max())), HasSubstr("future"));
  EXPECT_THAT(ErrorOf(Key(1, std::numeric_limits<std::int32_t>::min())), HasSubstr("too old"));
}

TEST(AssessKey, TakesTransmissionRisksFrom0To8) {
  EXPECT_THAT(ErrorOf(Key(1, kToday - 144, 144, -1)), HasSubstr("transmission risk -1"));
  ExpectAccepted(Key(1, kToday - 144, 144, 0));
  ExpectAccepted(Key(1, kToday - 144, 144, 8));
  EXPECT_THAT(ErrorOf(Key(1, kToday - 144, 144, 9)), HasSubstr("transmission risk 9"));
  EXPECT_THAT(ErrorOf(Key(1, kToday - 144, 144, std::int64_t{1} << 32)),
              HasSubstr("transmission risk 4294967296"));
}

TEST(AssessKey, ReportsTheFirstFailingCheckOnly) {
  EXPECT_THAT(ErrorOf({"!", kCurrent + 1, 0, 9}), HasSubstr("base64"));
  EXPECT_THAT(ErrorOf({"AAAA", kCurrent + 1, 0, 9}), HasSubstr("bytes long"));
  EXPECT_THAT(ErrorOf(Key(1, kCurrent + 1, 0, 9)), HasSubstr("rolling period"));
  EXPECT_THAT(ErrorOf(Key(1, kCurrent + 1, 144, 9)), HasSubstr("in the future"));
}

TEST(AssessKey, NeedsNoStartAtMidnight) {
  ExpectAccepted(Key(1, kToday - 144 - 7, 33));
}

TEST(Assess, KeepsTheGoodKeysBesideTheBadOnesAndNamesThoseByIndex) {
  const Assessment assessment =
      AssessKeys({KeyOfDay(1, 1), Key(2, kCurrent + 1), KeyOfDay(3, 2), Key(4, kToday, 0)});
  EXPECT_FALSE(assessment.refused);
  EXPECT_THAT(assessment.accepted, SizeIs(2));
  ASSERT_THAT(assessment.errors, SizeIs(2));
  EXPECT_THAT(assessment.errors[0], HasSubstr("key 1 cannot be imported: "));
  EXPECT_THAT(assessment.errors[1], HasSubstr("key 3 cannot be imported: "));
}

TEST(Assess, RefusesAnUploadOfWhichNoKeyPasses) {
  const Assessment assessment = AssessKeys({Key(1, kCurrent + 1), Key(2, kToday, 0)});
  EXPECT_TRUE(assessment.refused);
  EXPECT_EQ(assessment.refusal, "");
  EXPECT_THAT(assessment.errors, SizeIs(2));
}

TEST(AssessSpans, LetsAKeyStartWhenTheOneBeforeEnds) {
  const Assessment assessment = AssessKeys({Key(1, kToday - 200, 100), Key(2, kToday - 300, 100)});
  EXPECT_FALSE(assessment.refused);
  EXPECT_THAT(assessment.accepted, SizeIs(2));
}

TEST(AssessSpans, RefusesTheUploadIfAKeyStartsBeforeTheOneBeforeEndsAndNamesBoth) {
  const Assessment assessment =
      AssessKeys({Key(1, kToday - 200, 100), KeyOfDay(2, 5), Key(3, kToday - 299, 100)});
  EXPECT_TRUE(assessment.refused);
  EXPECT_THAT(assessment.accepted, IsEmpty());
  EXPECT_THAT(assessment.refusal, HasSubstr("keys 2 and 0 overlap"));
}

TEST(AssessSpans, CountsTheLongestKeyOfAGroupThatStartsTogether) {
  const std::int32_t start = kToday - 288;
  EXPECT_FALSE(AssessKeys({Key(1, start, 144), Key(2, start, 10), Key(3, start + 144)}).refused);
  const Assessment assessment =
      AssessKeys({Key(1, start, 144), Key(2, start, 10), Key(3, start + 143)});
  EXPECT_TRUE(assessment.refused);
  EXPECT_THAT(assessment.refusal, HasSubstr("keys 0 and 2 overlap"));
}

TEST(AssessSpans, LetsAsManyKeysStartTogetherAsAllowedAndNotOneMore) {
  std::vector<SubmittedKey> keys = {Key(1, kToday - 144, 10), Key(2, kToday - 144, 20),
                                    Key(3, kToday - 144, 144)};
  EXPECT_THAT(AssessKeys(keys).accepted, SizeIs(3));
  keys.insert(keys.begin(), KeyOfDay(9, 3));
  keys.push_back(Key(4, kToday - 144, 20));
  const Assessment assessment = AssessKeys(keys);
  EXPECT_TRUE(assessment.refused);
  EXPECT_THAT(assessment.refusal, HasSubstr("4 keys start at"));
  EXPECT_THAT(assessment.refusal, HasSubstr("keys 1, 2, 3, 4"));
}

TEST(AssessSpans, LeavesOutKeysThatWereDroppedBefore) {
  // Key 1 would overlap and key 3 would be the fourth of its group, but both fail on their own.
  const Assessment assessment =
      AssessKeys({Key(1, kToday - 144, 100), Key(2, kToday - 100, 144, 9), Key(3, kToday - 144, 20),
                  Key(4, kToday - 144, 20, 9), Key(5, kToday - 144, 30)});
  EXPECT_FALSE(assessment.refused);
  EXPECT_THAT(assessment.accepted, SizeIs(3));
  EXPECT_THAT(assessment.errors, SizeIs(2));
}

TEST(AssessSpans, LeavesOutKeysThatWereDroppedForTheirOnset) {
  UploadRules rules;
  rules.onset_days_max = 2;
  const std::int32_t onset = kToday;
  const Assessment assessment = Assess({Key(1, kToday - 2 * 144, 1), Key(2, kToday - 3 * 144, 144),
                                        Key(3, kToday - 2 * 144 - 1, 144)},
                                       onset, std::nullopt, kNow, rules);
  EXPECT_FALSE(assessment.refused);
  EXPECT_THAT(assessment.accepted, SizeIs(1));
  EXPECT_THAT(assessment.warnings, SizeIs(2));
}

TEST(Assess, KeepsTheLastOfEqualKeysWhateverTheirSpelling) {
  SubmittedKey again = Key(1, kToday - 144, 144, 5);
  again.key_base64 = again.key_base64.substr(0, 22);  // the same bytes without the padding
  const Assessment assessment = AssessKeys({Key(1, kToday - 144, 144, 3), KeyOfDay(2, 2), again});
  EXPECT_FALSE(assessment.refused);
  ASSERT_THAT(assessment.accepted, SizeIs(2));
  EXPECT_TRUE(assessment.accepted[0].key == Data(1));
  EXPECT_EQ(assessment.accepted[0].transmission_risk, 5);
}

TEST(Assess, CountsEqualKeysEachAmongThoseThatStartTogether) {
  const SubmittedKey key = KeyOfDay(1, 1);
  EXPECT_FALSE(AssessKeys({key, key, key}).refused);
  EXPECT_TRUE(AssessKeys({key, key, key, key}).refused);
}

TEST(Assess, StoresTheRiskAsSentAndNoTypeWithoutACertificate) {
  const Assessment assessment = AssessKeys({Key(1, kToday - 144, 144, 0), KeyOfDay(2, 2)});
  EXPECT_EQ(assessment.accepted.at(0).transmission_risk, 0);
  EXPECT_EQ(assessment.accepted.at(0).report_type, ReportType::kUnspecified);
}

TEST(BackfillTransmissionRisk, KeepsWhatWasSentAndFillsInByType) {
  EXPECT_EQ(BackfillTransmissionRisk(7, ReportType::kConfirmed), 7);
  EXPECT_EQ(BackfillTransmissionRisk(0, ReportType::kConfirmed), 2);
  EXPECT_EQ(BackfillTransmissionRisk(0, ReportType::kLikely), 4);
  EXPECT_EQ(BackfillTransmissionRisk(0, ReportType::kNegative), 6);
  EXPECT_EQ(BackfillTransmissionRisk(0, ReportType::kUserReport), 0);
  EXPECT_EQ(BackfillTransmissionRisk(0, ReportType::kUnspecified), 0);
}

TEST(FormatErrorList, HasAHeadLineATabbedStarALineAndAnEmptyEnd) {
  EXPECT_EQ(FormatErrorList({"a"}), "1 error occurred:\n\t* a\n\n");
  EXPECT_EQ(FormatErrorList({"a", "b"}), "2 errors occurred:\n\t* a\n\t* b\n\n");
}

// Keys near every limit, so that each rule is met often.
SubmittedKey DrawKey() {
  const auto number = static_cast<std::uint8_t>(*rc::gen::inRange(0, 6));
  const std::int32_t start = *rc::gen::oneOf(
      rc::gen::inRange(kOldest - 300, kCurrent + 3),
      rc::gen::map(rc::gen::inRange(-1, 15), [](int d) { return kToday - d * 144; }));
  return Key(number, start, *rc::gen::inRange(0, 147), *rc::gen::inRange(-1, 10));
}

TEST(AssessProperty, EveryKeyIsAcceptedReplacedReportedOrWarnedAboutOnce) {
  EXPECT_TRUE(rc::check("accounting", [] {
    const auto keys = *rc::gen::container<std::vector<SubmittedKey>>(rc::gen::exec(DrawKey));
    const std::int32_t onset = *rc::gen::inRange(kOldest - 3000, kCurrent + 10);
    const Assessment result = Assess(keys, onset, std::nullopt, kNow, UploadRules{});
    if (result.refused) {
      RC_ASSERT(result.accepted.empty());
      RC_ASSERT(!result.refusal.empty() || !result.errors.empty());
      return;
    }
    RC_ASSERT(result.refusal.empty());
    RC_ASSERT(result.accepted.size() + result.errors.size() + result.warnings.size() <=
              keys.size());
    for (std::size_t i = 0; i < result.accepted.size(); ++i) {
      const AcceptedKey& key = result.accepted[i];
      RC_ASSERT(std::abs(key.days_since_onset) <= 14);
      RC_ASSERT(key.release_at >= TruncateTo(kNow, hours(1)));
      for (std::size_t j = 0; j < i; ++j) RC_ASSERT(result.accepted[j].key != key.key);
    }
  }));
}

TEST(AssessProperty, AcceptedKeysOverlapOnlyIfTheyStartTogether) {
  EXPECT_TRUE(rc::check("spans", [] {
    const auto keys = *rc::gen::container<std::vector<SubmittedKey>>(rc::gen::exec(DrawKey));
    const auto accepted = AssessKeys(keys).accepted;
    for (const AcceptedKey& a : accepted) {
      for (const AcceptedKey& b : accepted) {
        if (a.rolling_start.number >= b.rolling_start.number) continue;
        RC_ASSERT(a.rolling_start.number + a.rolling_period <= b.rolling_start.number);
      }
    }
  }));
}

}  // namespace
}  // namespace enks::exposure
