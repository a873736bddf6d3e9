#include "json/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <optional>

namespace enks::json {

// The members of an upload, as publish/ names them.
struct SampleKey {
  std::string key;
  std::int32_t start = 0;
  std::int64_t risk = 0;
};
static auto JsonMembers(const SampleKey*) {
  return std::array{Member<&SampleKey::key>("key"), Member<&SampleKey::start>("rollingStartNumber"),
                    Member<&SampleKey::risk>("transmissionRisk")};
}

struct SampleInner {
  SampleKey best;
};
static auto JsonMembers(const SampleInner*) {
  return std::array{Member<&SampleInner::best>("best")};
}

struct Sample {
  std::vector<SampleKey> keys;
  std::string app;
  std::uint32_t onset = 0;
  bool traveler = false;
  std::vector<std::string> regions;
  SampleInner inner;
  std::optional<SampleInner> maybe;
  Skipped padding;
};
static auto JsonMembers(const Sample*) {
  return std::array{Member<&Sample::keys>("temporaryExposureKeys"),
                    Member<&Sample::app>("healthAuthorityID"),
                    Member<&Sample::onset>("symptomOnsetInterval"),
                    Member<&Sample::traveler>("traveler"),
                    Member<&Sample::regions>("regions"),
                    Member<&Sample::inner>("inner"),
                    Member<&Sample::maybe>("maybe"),
                    Member<&Sample::padding>("padding")};
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Reads a text that must be right.
Sample Taken(std::string_view text, UnknownMembers unknown = UnknownMembers::kRefuse) {
  const Document document(text);
  Sample sample;
  const ReadResult result = Read(document.Root(), unknown, sample);
  EXPECT_TRUE(result.ok()) << text << " refused for " << result.field;
  return sample;
}

// Why a text is refused, as an answer would say it.
std::string Fault(std::string_view text) {
  const Document document(text);
  Sample sample;
  const ReadResult result = Read(document.Root(), UnknownMembers::kRefuse, sample);
  switch (result.outcome) {
    case ReadOutcome::kOk:
      return "none";
    case ReadOutcome::kUnknownMember:
      return "unknown " + result.field;
    case ReadOutcome::kWrongType:
      return "type " + result.field + " at " + std::to_string(result.position);
  }
  return "?";
}

TEST(Read, FillsEveryKindOfMember) {
  const Sample sample = Taken(
      R"({"temporaryExposureKeys":[{"key":"a\u0062","rollingStartNumber":-5,"transmissionRisk":9},
          {}],"healthAuthorityID":"Ex","symptomOnsetInterval":7,"traveler":true,
          "regions":["US","MX"],"inner":{"best":{"key":"z"}},"padding":"\u0000"})");
  ASSERT_EQ(sample.keys.size(), 2U);
  EXPECT_EQ(sample.keys[0].key, "ab");
  EXPECT_EQ(sample.keys[0].start, -5);
  EXPECT_EQ(sample.keys[0].risk, 9);
  EXPECT_EQ(sample.keys[1].key, "");
  EXPECT_EQ(sample.app, "Ex");
  EXPECT_EQ(sample.onset, 7U);
  EXPECT_TRUE(sample.traveler);
  EXPECT_THAT(sample.regions, ElementsAre("US", "MX"));
  EXPECT_EQ(sample.inner.best.key, "z");
}

TEST(Read, SaysWhereTheKnownWrongTypesAre) {
  EXPECT_EQ(Fault(R"({"temporaryExposureKeys": 42})"), "type temporaryExposureKeys at 28");
  EXPECT_EQ(Fault(R"({"temporaryExposureKeys": ["41", 42]})"), "type temporaryExposureKeys at 31");
}

TEST(Read, NamesTheMemberByItsPathWithoutIndices) {
  EXPECT_EQ(Fault(R"({"temporaryExposureKeys":[{},{"KEY":5}]})"),
            "type temporaryExposureKeys.key at 37");
  EXPECT_EQ(Fault(R"({"inner":{"best":{"key":5}}})"), "type inner.best.key at 25");
  EXPECT_EQ(Fault(R"({"inner":{"best":{}},"traveler":5})"), "type traveler at 33");
  EXPECT_EQ(Fault(R"({"regions":["a",true]})"), "type regions at 20");
}

TEST(Read, TakesOnlyAnObjectOrNullForAStruct) {
  EXPECT_EQ(Fault("null"), "none");
  EXPECT_EQ(Fault(" 42"), "type  at 3");
  EXPECT_EQ(Fault(" \"x\" "), "type  at 4");
  EXPECT_EQ(Fault(" [{}]"), "type  at 2");
}

TEST(Read, CountsAWrongArrayOrObjectUpToItsBracket) {
  EXPECT_EQ(Fault(R"({"traveler":[1,2]})"), "type traveler at 13");
  EXPECT_EQ(Fault(R"({"traveler":{"a":2}})"), "type traveler at 13");
  EXPECT_EQ(Fault(R"({"temporaryExposureKeys":{}})"), "type temporaryExposureKeys at 26");
}

TEST(Read, PrefersTheExactNameAndElseIgnoresCase) {
  EXPECT_EQ(Taken(R"({"HEALTHauthorityid":"x"})").app, "x");
  EXPECT_TRUE(Taken(R"({"TRAVELER":true})").traveler);
  EXPECT_EQ(Taken(R"({"temporaryExposureKeys":[{"Transmissionrisk":3}]})").keys[0].risk, 3);
  // The two characters outside ASCII whose other case is an ASCII letter.
  EXPECT_EQ(Taken("{\"\u017fymptomOn\u017fetInterval\":4}").onset, 4U);
  EXPECT_EQ(Taken("{\"temporaryExposureKeys\":[{\"\u212aey\":\"k\"}]}").keys[0].key, "k");
  EXPECT_EQ(Taken("{\"temporaryExposure\\u212aeys\":[{}]}").keys.size(), 1U);
}

TEST(Read, KnowsNoOtherLikenessOfNames) {
  EXPECT_EQ(Fault(R"({"travelers":true})"), "unknown travelers");
  EXPECT_EQ(Fault(R"({"travele":true})"), "unknown travele");
  EXPECT_EQ(Fault(R"({"":true})"), "unknown ");
  EXPECT_EQ(Fault("{\"trav\u00e9ler\":true}"), "unknown trav\u00e9ler");
  EXPECT_EQ(Fault("{\"\xff\":true}"), "unknown \uFFFD");
}

TEST(EqualFolded, ComparesOnlyLettersWithoutCase) {
  EXPECT_TRUE(EqualFolded("report_type[", "REPORT_TYPE["));
  EXPECT_FALSE(EqualFolded("a[", "a{"));
  EXPECT_FALSE(EqualFolded("a@", "a`"));
  EXPECT_FALSE(EqualFolded("t", "\u017f"));
  EXPECT_FALSE(EqualFolded("s", "\u212a"));
}

TEST(Read, RefusesUnknownMembersAtEveryLevelUnlessToldToIgnoreThem) {
  EXPECT_EQ(Fault(R"({"platform":"ios"})"), "unknown platform");
  EXPECT_EQ(Fault(R"({"temporaryExposureKeys":[{"key":"a","trisk":1}]})"), "unknown trisk");
  EXPECT_EQ(Fault(R"({"a\nb":1})"), "unknown a\nb");

  const Sample sample =
      Taken(R"({"trisk":[{"key":1}],"healthAuthorityID":"x","Trisk":{}})", UnknownMembers::kIgnore);
  EXPECT_EQ(sample.app, "x");
}

TEST(Read, ReportsTheFirstFaultInDocumentOrder) {
  EXPECT_EQ(Fault(R"({"traveler":1,"platform":2,"inner":3})"), "type traveler at 13");
  EXPECT_EQ(Fault(R"({"platform":2,"traveler":1})"), "unknown platform");
  EXPECT_EQ(Fault(R"({"temporaryExposureKeys":[{"x":1}],"traveler":1})"), "unknown x");
  EXPECT_EQ(Fault(R"({"unknown":{"traveler":1},"traveler":1})"), "unknown unknown");
}

TEST(Read, LeavesMembersThatAreNullAtTheirZeroValue) {
  const Sample sample = Taken(
      R"({"temporaryExposureKeys":null,"healthAuthorityID":null,"symptomOnsetInterval":null,
          "traveler":null,"regions":null,"inner":null,"padding":null})");
  EXPECT_THAT(sample.keys, IsEmpty());
  EXPECT_EQ(sample.app, "");
  EXPECT_EQ(sample.onset, 0U);
  EXPECT_FALSE(sample.traveler);
  EXPECT_THAT(sample.regions, IsEmpty());
}

TEST(Read, TakesNullAmongElementsAsAnEmptyOne) {
  const Sample sample =
      Taken(R"({"temporaryExposureKeys":[null,{"key":"a"}],"regions":[null,"b"]})");
  ASSERT_EQ(sample.keys.size(), 2U);
  EXPECT_EQ(sample.keys[0].key, "");
  EXPECT_EQ(sample.keys[1].key, "a");
  EXPECT_THAT(sample.regions, ElementsAre("", "b"));
}

TEST(Read, LetsTheLastOfDuplicateMembersCount) {
  const Sample sample = Taken(
      R"({"regions":["a","b"],"healthAuthorityID":"x","regions":["c"],"HealthAuthorityId":"y"})");
  EXPECT_THAT(sample.regions, ElementsAre("c"));
  EXPECT_EQ(sample.app, "y");
  EXPECT_EQ(Fault(R"({"traveler":5,"traveler":true})"), "type traveler at 13");
}

TEST(Read, TakesIntegersUpToTheEndsOfTheirRange) {
  const auto start = [](std::string_view number) {
    return Taken("{\"temporaryExposureKeys\":[{\"rollingStartNumber\":" + std::string(number) +
                 "}]}")
        .keys[0]
        .start;
  };
  EXPECT_EQ(start("2147483647"), std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(start("-2147483648"), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(start("-0"), 0);
  EXPECT_EQ(Taken(R"({"symptomOnsetInterval":4294967295})").onset, 4294967295U);
  EXPECT_EQ(Taken(R"({"temporaryExposureKeys":[{"transmissionRisk":-9223372036854775808}]})")
                .keys[0]
                .risk,
            std::numeric_limits<std::int64_t>::min());
}

TEST(Read, RefusesNumbersThatDoNotFitTheirField) {
  for (const char* number : {"2147483648", "-2147483649", "1.0", "1e3", "0e0", "-0.0",
                             "99999999999999999999999999", "\"5\"", "true", "[]"}) {
    const std::string text =
        "{\"temporaryExposureKeys\":[{\"rollingStartNumber\":" + std::string(number) + "}]}";
    EXPECT_THAT(Fault(text),
                testing::StartsWith("type temporaryExposureKeys.rollingStartNumber at"))
        << number;
  }
  for (const char* number : {"4294967296", "-1", "-0", "1.5"}) {
    EXPECT_THAT(Fault("{\"symptomOnsetInterval\":" + std::string(number) + "}"),
                testing::StartsWith("type symptomOnsetInterval at"))
        << number;
  }
  EXPECT_THAT(Fault(R"({"temporaryExposureKeys":[{"transmissionRisk":9223372036854775808}]})"),
              testing::StartsWith("type temporaryExposureKeys.transmissionRisk"));
}

TEST(Read, RefusesOtherTypesForStringsAndBooleans) {
  EXPECT_EQ(Fault(R"({"healthAuthorityID":true})"), "type healthAuthorityID at 25");
  EXPECT_EQ(Fault(R"({"padding":0})"), "type padding at 12");
  EXPECT_EQ(Fault(R"({"traveler":"true"})"), "type traveler at 18");
  EXPECT_EQ(Fault(R"({"traveler":0})"), "type traveler at 13");
}

TEST(Read, ReadsAListOfStringsByItself) {
  const Document document(R"(["US-CA","US-WA"])");
  std::vector<std::string> regions;
  EXPECT_TRUE(Read(document.Root(), UnknownMembers::kRefuse, regions).ok());
  EXPECT_THAT(regions, ElementsAre("US-CA", "US-WA"));
}

TEST(Read, AnOptionalStructIsThereOnceItIsSent) {
  EXPECT_FALSE(Taken("{}").maybe.has_value());
  ASSERT_TRUE(Taken(R"({"maybe":{}})").maybe.has_value());
  EXPECT_EQ(Taken(R"({"maybe":{"best":{"key":"k"}}})").maybe->best.key, "k");
}

// As a pointer of Go's, which null sets to nil.
TEST(Read, NullTakesAnOptionalStructAway) {
  EXPECT_FALSE(Taken(R"({"maybe":null})").maybe.has_value());
  EXPECT_FALSE(Taken(R"({"maybe":{"best":{"key":"k"}},"maybe":null})").maybe.has_value());
  EXPECT_TRUE(Taken(R"({"maybe":null,"maybe":{}})").maybe.has_value());
}

// Go fills the struct that is there already; here nothing of an earlier one is left.
TEST(Read, TheLastOfSeveralOptionalStructsCounts) {
  const Sample sample = Taken(
      R"({"maybe":{"best":{"key":"k","rollingStartNumber":1}},"maybe":{"best":{"key":"l"}}})");
  EXPECT_EQ(sample.maybe->best.key, "l");
  EXPECT_EQ(sample.maybe->best.start, 0);
}

TEST(Read, AnOptionalStructIsReadAsStrictlyAsAnyOther) {
  EXPECT_EQ(Fault(R"({"maybe":1})"), "type maybe at 10");
  EXPECT_EQ(Fault(R"({"maybe":[]})"), "type maybe at 10");
  EXPECT_EQ(Fault(R"({"maybe":{"best":{"key":7}}})"), "type maybe.best.key at 25");
  EXPECT_EQ(Fault(R"({"maybe":{"worst":1}})"), "unknown worst");
}

}  // namespace
}  // namespace enks::json
