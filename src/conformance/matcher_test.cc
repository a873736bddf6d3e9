#include "conformance/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Differences Compare(std::string_view expected, std::string_view actual) {
  const json::Document wanted(expected);
  const json::Document found(actual);
  Differences differences;
  EXPECT_TRUE(Match(wanted.Root(), found.Root(), "body", differences).ok());
  return differences;
}

bool Matches(std::string_view expected, std::string_view actual) {
  return Compare(expected, actual).empty();
}

TEST(Matcher, EqualValuesMatchWhateverTheOrderOfMembers) {
  EXPECT_TRUE(Matches(R"({"a":1,"b":["x",null,true]})", R"({ "b": ["x", null, true], "a": 1 })"));
}

TEST(Matcher, AMemberThatIsMissingOrNotExpectedIsADifference) {
  EXPECT_THAT(Compare(R"({"a":1})", "{}"), ElementsAre("body.a: expected 1, got nothing"));
  EXPECT_THAT(Compare("{}", R"({"a":1})"), ElementsAre("body.a: not expected, got 1"));
}

TEST(Matcher, OtherValuesAndTypesAreDifferences) {
  EXPECT_FALSE(Matches("1", "2"));
  EXPECT_FALSE(Matches(R"("1")", "1"));
  EXPECT_FALSE(Matches("true", "false"));
  EXPECT_FALSE(Matches("null", "0"));
  EXPECT_FALSE(Matches("[1]", "[1,2]"));
  EXPECT_FALSE(Matches("[1,2]", "[2,1]"));
}

TEST(Matcher, PlacesAreNamed) {
  EXPECT_THAT(Compare(R"({"a":[{"b":1}]})", R"({"a":[{"b":2}]})"),
              ElementsAre("body.a[0].b: expected 1, got 2"));
}

TEST(Matcher, AbsentHoldsOnlyOfWhatIsNotThere) {
  EXPECT_TRUE(Matches(R"({"a":{"$absent":true}})", "{}"));
  EXPECT_FALSE(Matches(R"({"a":{"$absent":true}})", R"({"a":null})"));
}

TEST(Matcher, AnyHoldsOfAllAndOfNothing) {
  EXPECT_TRUE(Matches(R"({"a":{"$any":true}})", "{}"));
  EXPECT_TRUE(Matches(R"({"a":{"$any":true}})", R"({"a":[1]})"));
}

TEST(Matcher, TextIsATextThatIsNotEmpty) {
  EXPECT_TRUE(Matches(R"({"$text":true})", R"("x")"));
  EXPECT_FALSE(Matches(R"({"$text":true})", R"("")"));
  EXPECT_FALSE(Matches(R"({"$text":true})", "1"));
  EXPECT_FALSE(Matches(R"({"a":{"$text":true}})", "{}"));
}

TEST(Matcher, AllPartsAndBothEndsOfATextAreLookedAt) {
  EXPECT_TRUE(Matches(R"({"$contains":["b","d"]})", R"("abcde")"));
  EXPECT_FALSE(Matches(R"({"$contains":["b","x"]})", R"("abcde")"));
  EXPECT_FALSE(Matches(R"({"$contains":"x"})", R"("abcde")"));
  EXPECT_TRUE(Matches(R"({"$starts":"ab","$ends":"de"})", R"("abcde")"));
  EXPECT_FALSE(Matches(R"({"$starts":"ab","$ends":"d"})", R"("abcde")"));
  EXPECT_FALSE(Matches(R"({"$starts":"b","$ends":"e"})", R"("abcde")"));
}

TEST(Matcher, LacksHoldsOfATextWithoutThatPart) {
  EXPECT_TRUE(Matches(R"({"$lacks":"x"})", R"("abc")"));
  EXPECT_FALSE(Matches(R"({"$lacks":"b"})", R"("abc")"));
  EXPECT_FALSE(Matches(R"({"a":{"$lacks":"b"}})", "{}"));
}

TEST(Matcher, RangesHoldBothTheirEnds) {
  EXPECT_TRUE(Matches(R"({"$base64":[2,3]})", R"("YWI=")"));
  EXPECT_TRUE(Matches(R"({"$base64":[1,2]})", R"("YWI=")"));
  EXPECT_FALSE(Matches(R"({"$base64":[3,4]})", R"("YWI=")"));
  EXPECT_FALSE(Matches(R"({"$base64":[0,1]})", R"("YWI=")"));
  EXPECT_FALSE(Matches(R"({"$base64":[0,9]})", R"("!")"));
}

TEST(Matcher, ATextAloneIsComparedInTheSameWay) {
  const json::Document wanted(R"({"exact":"x","not":{"$absent":true},"wrong":1})");
  const json::Value exact = wanted.Root().First().Next();
  const json::Value absent = exact.Next().Next();
  const std::string text = "x";
  Differences differences;
  EXPECT_TRUE(MatchText(exact, &text, "header", differences).ok());
  EXPECT_TRUE(MatchText(absent, nullptr, "header", differences).ok());
  EXPECT_THAT(differences, IsEmpty());
  EXPECT_TRUE(MatchText(exact, nullptr, "header", differences).ok());
  EXPECT_TRUE(MatchText(absent, &text, "header", differences).ok());
  EXPECT_THAT(differences, ElementsAre(HasSubstr("got nothing"), HasSubstr("got \"x\"")));
  EXPECT_FALSE(MatchText(absent.Next().Next(), &text, "header", differences).ok());
}

TEST(Matcher, AConditionThatDoesNotExistIsNoMatchButAnError) {
  const json::Document wanted(R"({"$misspelt":true})");
  const json::Document range(R"({"$base64":7})");
  const json::Document found(R"("x")");
  Differences differences;
  EXPECT_FALSE(Match(wanted.Root(), found.Root(), "body", differences).ok());
  EXPECT_FALSE(Match(range.Root(), found.Root(), "body", differences).ok());
}

}  // namespace
}  // namespace enks::conformance
