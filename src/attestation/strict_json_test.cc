#include "attestation/strict_json.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace enks::attestation {
namespace {

bool IsTaken(std::string_view text) {
  return CheckStrictObject(json::Document(text)).ok();
}

TEST(StrictJsonTest, TakesOneObject) {
  EXPECT_TRUE(IsTaken("{}"));
  EXPECT_TRUE(IsTaken(R"( {"a":[1,{"b":null}],"b":"a"} )"));
  for (const char* text : {"", " ", "[]", "null", "5", "\"{}\"", "{", "{}{}", "{} x", "{\"a\"}",
                           "{'a':1}", "{\"a\":1,}"}) {
    EXPECT_FALSE(IsTaken(text)) << text;
  }
}

TEST(StrictJsonTest, RefusesANameTwiceWhereverItStandsAndHoweverItIsWritten) {
  EXPECT_FALSE(IsTaken(R"({"a":1,"a":1})"));
  EXPECT_FALSE(IsTaken(R"({"a":1,"b":2,"\u0061":1})"));
  EXPECT_FALSE(IsTaken(R"({"x":[{"y":{"a":1,"a":2}}]})"));
  EXPECT_TRUE(IsTaken(R"({"a":1,"A":1,"x":{"a":1},"y":["a","a"]})"));
}

TEST(StrictJsonTest, RefusesMoreThanEightContainersInsideOneAnother) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_TRUE(IsTaken(nested(8)));
  EXPECT_FALSE(IsTaken(nested(9)));
  EXPECT_FALSE(IsTaken(nested(5000)));
  EXPECT_FALSE(IsTaken(R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}})"));
}

TEST(MemberReaderTest, ReadsEachKind) {
  const std::string text =
      R"({"t":"\u0074ext","b":true,"n":-5,"d":"-6","l":["x","y"],"o":{"t":"in"},"z":null})";
  const json::Document document(text);
  MemberReader members(document.Root());
  EXPECT_EQ(members.Text("t"), "text");
  EXPECT_EQ(members.Bool("b"), true);
  EXPECT_EQ(members.Integer("n"), -5);
  EXPECT_EQ(members.IntegerOrDigits("n"), -5);
  EXPECT_EQ(members.IntegerOrDigits("d"), -6);
  EXPECT_EQ(members.Texts("l"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(members.Object("o").Text("t"), "in");
  EXPECT_FALSE(members.HasWrongTypes());
}

TEST(MemberReaderTest, AbsentAndNullMembersAreNothing) {
  const json::Document document(R"({"z":null})");
  MemberReader members(document.Root());
  for (const char* name : {"z", "Z", "missing"}) {
    EXPECT_FALSE(members.Has(name));
    EXPECT_EQ(members.Text(name), std::nullopt);
    EXPECT_EQ(members.Bool(name), std::nullopt);
    EXPECT_EQ(members.Integer(name), std::nullopt);
    EXPECT_EQ(members.IntegerOrDigits(name), std::nullopt);
    EXPECT_EQ(members.Texts(name), std::nullopt);
    EXPECT_EQ(members.Object(name).Text(name), std::nullopt);
  }
  EXPECT_FALSE(members.HasWrongTypes());
}

TEST(MemberReaderTest, RemembersAWrongType) {
  const std::string text = R"({"t":"text","n":1,"f":1.0,"l":["x",1],"o":{}})";
  const json::Document document(text);
  const auto is_wrong = [&document](auto read) {
    MemberReader members(document.Root());
    EXPECT_FALSE(members.HasWrongTypes());
    read(members);
    return members.HasWrongTypes();
  };
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.Text("n"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.Bool("t"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.Integer("t"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.Integer("f"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.IntegerOrDigits("t"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.IntegerOrDigits("o"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.Texts("l"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.Texts("t"); }));
  EXPECT_TRUE(is_wrong([](MemberReader& members) { members.Object("l"); }));
}

TEST(MemberReaderTest, IntegersEndWhereInt64Ends) {
  const json::Document document(
      R"({"a":9223372036854775807,"b":9223372036854775808,"c":-9223372036854775808})");
  MemberReader members(document.Root());
  EXPECT_EQ(members.Integer("a"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(members.Integer("c"), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(members.HasWrongTypes());
  EXPECT_EQ(members.Integer("b"), std::nullopt);
  EXPECT_TRUE(members.HasWrongTypes());
}

}  // namespace
}  // namespace enks::attestation
