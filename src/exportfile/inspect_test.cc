#include "exportfile/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace enks::exportfile {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const WireSignatureInfo kInfo{.key_version = "v1", .key_id = "310"};

WireKey KeyOf(std::uint8_t first_byte, std::int32_t start, WireReportType type) {
  WireKey key;
  key.key = exposure::KeyData({first_byte});
  key.transmission_risk = 2;
  key.rolling_start.number = start;
  key.report_type = type;
  key.days_since_onset = -3;
  return key;
}

// An ordinary file: an hour's window on 2020-12-01 from midnight (interval 2677968).
ExportFileContent Ordinary() {
  ExportFileContent content;
  content.header.start = base::UnixTime(std::chrono::seconds(1606780800));
  content.header.end = content.header.start + std::chrono::hours(1);
  content.header.region = "DE";
  content.header.signature_infos = {kInfo};
  content.signatures = {{kInfo, 1, 1, {}}};
  content.keys = {KeyOf(1, 2677680, WireReportType::kConfirmedTest),
                  KeyOf(2, 2677824, WireReportType::kConfirmedTest),
                  KeyOf(3, 2677824, WireReportType::kSelfReport)};
  content.revised_keys = {KeyOf(1, 2677680, WireReportType::kRevoked)};
  return content;
}

TEST(Inspect, CountsKeysByReportTypeAndFindsTheRangeOfStarts) {
  const ExportSummary summary = Summarize(Ordinary(), 1000);
  EXPECT_EQ(summary.keys.count, 3);
  EXPECT_EQ(summary.keys.by_report_type[1], 2);
  EXPECT_EQ(summary.keys.by_report_type[3], 1);
  EXPECT_EQ(summary.keys.first_start, exposure::Interval{2677680});
  EXPECT_EQ(summary.keys.last_start, exposure::Interval{2677824});
  EXPECT_EQ(summary.revised_keys.by_report_type[5], 1);
  EXPECT_THAT(summary.signatures, Contains(kInfo));
  EXPECT_THAT(summary.warnings, IsEmpty());
}

// Changes an ordinary file and expects exactly one warning with these words.
void ExpectWarning(const char* words, const std::function<void(ExportFileContent&)>& change) {
  ExportFileContent content = Ordinary();
  change(content);
  const std::vector<std::string> warnings = Warnings(content, 1000);
  ASSERT_EQ(warnings.size(), 1u) << words << ": " << testing::PrintToString(warnings);
  EXPECT_THAT(warnings[0], HasSubstr(words));
}

void ExpectNoWarning(const std::function<void(ExportFileContent&)>& change) {
  ExportFileContent content = Ordinary();
  change(content);
  EXPECT_THAT(Warnings(content, 1000), IsEmpty());
}

TEST(Inspect, WarnsOfWhatPhonesDoNotTake) {
  EXPECT_THAT(Warnings(Ordinary(), 16'000'000), IsEmpty());
  EXPECT_THAT(Warnings(Ordinary(), 16'000'001), Contains(HasSubstr("16000001 bytes")));
  const auto make_keys = [](std::size_t count) {
    return [count](ExportFileContent& content) {
      content.revised_keys.clear();
      content.keys.assign(count, content.keys[0]);
      for (std::size_t i = 0; i < count; ++i) {
        const auto byte = [i](int shift) { return static_cast<std::uint8_t>(i >> shift); };
        content.keys[i].key = exposure::KeyData({byte(16), byte(8), byte(0)});
      }
    };
  };
  ExpectNoWarning(make_keys(750'000));
  ExpectWarning("750001 keys", make_keys(750'001));
  const auto sign = [](std::size_t count) {
    return [count](ExportFileContent& content) {
      content.signatures.assign(count, content.signatures[0]);
      content.header.signature_infos.assign(count, kInfo);
    };
  };
  ExpectNoWarning(sign(10));
  ExpectWarning("11 signatures", sign(11));
}

TEST(Inspect, WarnsOfAnOddHeader) {
  ExpectWarning("names no region", [](auto& content) { content.header.region.clear(); });
  ExpectWarning("number 1 of 2", [](auto& content) { content.header.batch_size = 2; });
  ExpectWarning("names other signatures",
                [](auto& content) { content.header.signature_infos[0].key_id = "311"; });
  ExpectWarning("not signed", [](auto& content) {
    content.signatures.clear();
    content.header.signature_infos.clear();
  });
}

TEST(Inspect, WarnsOfAnUnusualWindow) {
  using std::chrono::seconds;
  const auto last = [](seconds length) {
    return [length](ExportFileContent& content) {
      content.header.start = content.header.end - length;
    };
  };
  ExpectNoWarning(last(seconds(1)));
  ExpectWarning("ends before", last(seconds(0)));
  ExpectNoWarning(last(seconds(86400 + 1440)));
  ExpectWarning("longer than a day", last(seconds(86400 + 1441)));
}

TEST(Inspect, WarnsOfKeysOutOfOrder) {
  ExpectWarning("The keys do not ascend",
                [](auto& content) { std::swap(content.keys[0], content.keys[1]); });
  ExpectWarning("The keys do not ascend",
                [](auto& content) { content.keys[1].key = content.keys[0].key; });
  ExpectWarning("The revised keys do not ascend",
                [](auto& content) { content.revised_keys.push_back(content.revised_keys[0]); });
}

TEST(Inspect, WarnsOfValuesOutsideTheirRange) {
  const auto period = [](std::int32_t value) {
    return [value](auto& content) { content.keys[0].rolling_period = value; };
  };
  ExpectNoWarning(period(1));
  ExpectWarning("1 of 3 keys have a rolling period", period(0));
  ExpectWarning("1 of 3 keys have a rolling period", period(145));
  const auto risk = [](std::int32_t value) {
    return [value](auto& content) { content.keys[0].transmission_risk = value; };
  };
  ExpectNoWarning(risk(0));
  ExpectNoWarning(risk(8));
  ExpectWarning("1 of 3 keys have a transmission risk", risk(-1));
  ExpectWarning("1 of 3 keys have a transmission risk", risk(9));
  const auto onset = [](std::optional<std::int32_t> value) {
    return [value](auto& content) { content.keys[0].days_since_onset = value; };
  };
  ExpectNoWarning(onset(std::nullopt));
  ExpectNoWarning(onset(-14));
  ExpectNoWarning(onset(14));
  ExpectWarning("1 of 3 keys have symptoms", onset(15));
  ExpectWarning("1 of 3 keys have symptoms", onset(-15));
}

TEST(Inspect, WarnsOfKeysReleasedTooEarlyOrTooLate) {
  const auto start = [](std::int32_t value) {
    return [value](auto& content) { content.keys[0].rolling_start.number = value; };
  };
  // The window ends with interval 2677974 and starts with 2677968.
  ExpectNoWarning(start(2677974 - 144));
  ExpectWarning("1 of 3 keys could still be in use", start(2677974 - 143));
  ExpectNoWarning(start(2677968 - 15 * 144));
  ExpectWarning("1 of 3 keys ended more than 14 days before", start(2677968 - 15 * 144 - 1));
  ExpectWarning("could still be in use", start(INT32_MAX));
}

TEST(Inspect, TheTextNamesEverythingAndListsKeysOnlyWhenAsked) {
  const std::string text = InspectText(Ordinary(), 1000, ShowKeys::kNo);
  EXPECT_EQ(text,
            "window: 2020-12-01T00:00:00Z to 2020-12-01T01:00:00Z\n"
            "region: \"DE\"\n"
            "file: 1 of 1\n"
            "keys: 3 (CONFIRMED_TEST 2, SELF_REPORT 1), starting in intervals 2677680 "
            "(2020-11-29T00:00:00Z) to 2677824 (2020-11-30T00:00:00Z)\n"
            "revised keys: 1 (REVOKED 1), starting in intervals 2677680 (2020-11-29T00:00:00Z) to "
            "2677680 (2020-11-29T00:00:00Z)\n"
            "announced signatures: key id \"310\" version \"v1\"\n"
            "signatures, not verified: key id \"310\" version \"v1\"\n"
            "SHA-256 of export.bin: "
            "0000000000000000000000000000000000000000000000000000000000000000\n"
            "size of the zip: 1000 bytes\n");
  const std::string with_keys = InspectText(Ordinary(), 1000, ShowKeys::kYes);
  EXPECT_THAT(with_keys, HasSubstr("\nkey AQAAAAAAAAAAAAAAAAAAAA== start 2677680 period 144 risk 2 "
                                   "CONFIRMED_TEST onset -3\n"));
  EXPECT_THAT(with_keys, HasSubstr("\nrevised key AQAAAAAAAAAAAAAAAAAAAA== start"));
}

TEST(Inspect, AnyNumbersAndTextsOfAStrangerAreShownSafely) {
  ExportFileContent content;
  content.header.region = "\x1b[31m\xff\n";
  content.header.end = base::UnixTime(std::chrono::seconds(253'402'300'799));
  for (const std::int32_t number : {INT32_MIN, INT32_MAX}) {
    WireKey& key = content.keys.emplace_back();
    key.rolling_start.number = number;
    key.rolling_period = number;
    key.transmission_risk = number;
    key.days_since_onset = number;
  }
  const std::string text = InspectText(content, 0, ShowKeys::kYes);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("region: \"?[31m??\"\n"));
  EXPECT_THAT(text, HasSubstr("1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z"));
  EXPECT_THAT(text, HasSubstr("-2147483648 (-1288490188800) to 2147483647 (1288490188200)"));
  EXPECT_THAT(InspectJson(content, 0, ShowKeys::kYes), HasSubstr(R"("region":"\u001b[31m)"));
}

TEST(Inspect, TheJsonNamesEverythingAndListsKeysOnlyWhenAsked) {
  const std::string json = InspectJson(Ordinary(), 1000, ShowKeys::kNo);
  EXPECT_EQ(
      json,
      R"({"start":"2020-12-01T00:00:00Z","end":"2020-12-01T01:00:00Z","region":"DE","batchNum":1,)"
      R"("batchSize":1,"keys":{"count":3,"byReportType":{"UNKNOWN":0,"CONFIRMED_TEST":2,)"
      R"("CONFIRMED_CLINICAL_DIAGNOSIS":0,"SELF_REPORT":1,"RECURSIVE":0,"REVOKED":0},)"
      R"("firstRollingStart":2677680,"lastRollingStart":2677824},"revisedKeys":{"count":1,)"
      R"("byReportType":{"UNKNOWN":0,"CONFIRMED_TEST":0,"CONFIRMED_CLINICAL_DIAGNOSIS":0,)"
      R"("SELF_REPORT":0,"RECURSIVE":0,"REVOKED":1},"firstRollingStart":2677680,)"
      R"("lastRollingStart":2677680},"signatureInfos":[{"keyId":"310","keyVersion":"v1"}],)"
      R"("signatures":[{"keyId":"310","keyVersion":"v1"}],"binSha256":)"
      R"("0000000000000000000000000000000000000000000000000000000000000000","zipBytes":1000,)"
      R"("warnings":[]})");
  EXPECT_THAT(InspectJson(Ordinary(), 1000, ShowKeys::kYes),
              HasSubstr(R"("keyList":[{"key":"AQAAAAAAAAAAAAAAAAAAAA==","rollingStart":2677680,)"
                        R"("rollingPeriod":144,"transmissionRisk":2,"reportType":"CONFIRMED_TEST",)"
                        R"("daysSinceOnset":-3})"));
}

}  // namespace
}  // namespace enks::exportfile
