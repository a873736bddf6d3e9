#include "json/document.h"

#include <gtest/gtest.h>

namespace enks::json {
namespace {

// How a text was taken, in words: "ok", "ok+more", "empty", "ended" or "syntax at N".
std::string Parsed(std::string_view text) {
  const Document document(text);
  switch (document.outcome()) {
    case ParseOutcome::kOk:
      return document.HasMore() ? "ok+more" : "ok";
    case ParseOutcome::kEmpty:
      return "empty";
    case ParseOutcome::kEnded:
      return "ended";
    case ParseOutcome::kSyntax:
      return "syntax at " + std::to_string(document.position());
  }
  return "?";
}

// The decoded text of a document that is one string.
std::string Decoded(std::string_view text) {
  return Document(text).Root().Text();
}

TEST(Document, SaysWhereTheKnownBrokenBodiesBreak) {
  EXPECT_EQ(Parsed("totally not json"), "syntax at 2");
  EXPECT_EQ(Parsed(R"({"key": "value", badKey: 6)"), "syntax at 18");
}

TEST(Document, TellsAnEmptyTextFromOneThatEndsInsideAValue) {
  EXPECT_EQ(Parsed(""), "empty");
  EXPECT_EQ(Parsed(" \t\r\n"), "empty");
  for (const char* text : {"{",         "[",  "[1",  "[1,",  "{\"a\"", "{\"a\":",  "{\"a\":1",
                           "{\"a\":1,", "\"", "\"a", "\"\\", "\"\\u",  "\"\\u00e", "-",
                           "1.",        "1e", "1e+", "tru",  "nul",    "fals",     " [ "}) {
    EXPECT_EQ(Parsed(text), "ended") << text;
  }
}

TEST(Document, TakesEveryKindOfValueWithWhiteSpaceAround) {
  for (const char* text :
       {"null", "true", "false", "0", "-0", "12", "-1.5", "1e9", "1E-9", "0.0e+00", "\"\"", "[]",
        "{}", " [ 1 , [ ] ] ", "\t{\r\n\"a\" : null , \"a\" : { } }\n"}) {
    EXPECT_EQ(Parsed(text), "ok") << text;
  }
}

TEST(Document, SeesASecondValueAndGarbageAfterTheFirst) {
  for (const char* text : {"{}{}", "{} {}", "{}x", "[] ]", "1 2", "01", "null,", "\"a\"\"b\"",
                           "truefalse", "1x", "{}\f"}) {
    EXPECT_EQ(Parsed(text), "ok+more") << text;
  }
}

TEST(Document, RefusesWhatIsNearlyJsonAtTheOffendingByte) {
  const std::pair<const char*, const char*> cases[] = {
      {"]", "syntax at 1"},
      {"[1,]", "syntax at 4"},
      {"[,1]", "syntax at 2"},
      {"[1 2]", "syntax at 4"},
      {"[01]", "syntax at 3"},
      {"[1}", "syntax at 3"},
      {"{]", "syntax at 2"},
      {"{\"a\" 1}", "syntax at 6"},
      {"{\"a\":1,}", "syntax at 8"},
      {"{1:1}", "syntax at 2"},
      {"{'a':1}", "syntax at 2"},
      {"{\"a\"::1}", "syntax at 6"},
      {"+1", "syntax at 1"},
      {".5", "syntax at 1"},
      {"-x", "syntax at 2"},
      {"1.x", "syntax at 3"},
      {"1ex", "syntax at 3"},
      {"1e+-1", "syntax at 4"},
      {"[1.]", "syntax at 4"},
      {"trux", "syntax at 4"},
      {"True", "syntax at 1"},
      {"nil", "syntax at 2"},
      {"NaN", "syntax at 1"},
      {"\"\\x\"", "syntax at 3"},
      {"\"\\'\"", "syntax at 3"},
      {"\"\\u12g4\"", "syntax at 6"},
      {"\"a\nb\"", "syntax at 3"},
      {"\"\x1f\"", "syntax at 2"},
      {"/**/1", "syntax at 1"},
      {"\xef\xbb\xbf{}", "syntax at 1"},
      {"\v1", "syntax at 1"},
      {"[\xc2\xa0]", "syntax at 2"},
      {"\"12345678\t\"", "syntax at 10"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Parsed(text), expected) << text;
}

TEST(Document, RefusesAZeroByteAnywhere) {
  EXPECT_EQ(Parsed(std::string_view("\0", 1)), "syntax at 1");
  EXPECT_EQ(Parsed(std::string_view("\"a\0\"", 4)), "syntax at 3");
  EXPECT_EQ(Parsed(std::string_view("\"\\\0\"", 4)), "syntax at 3");
  EXPECT_EQ(Parsed(std::string_view("{}\0", 3)), "ok+more");
}

TEST(Document, TakesNestingUpToTheLimitAndNoDeeper) {
  const std::string open(kNestingMax, '[');
  const std::string close(kNestingMax, ']');
  EXPECT_EQ(Parsed(open + close), "ok");
  EXPECT_EQ(Parsed("[" + open + close + "]"), "syntax at 10001");
}

TEST(Document, DecodesEscapes) {
  EXPECT_EQ(Decoded(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Decoded(R"("\u0041\u00e9\u20AC")"), "A\u00e9\u20ac");
  EXPECT_EQ(Decoded(R"("\uD83D\ude00!")"), "\U0001F600!");
  EXPECT_EQ(Decoded(R"("a\u0000b")"), std::string("a\0b", 3));
}

TEST(Document, ReplacesSurrogatesWithoutPartner) {
  EXPECT_EQ(Decoded(R"("\ud83d")"), "\uFFFD");
  EXPECT_EQ(Decoded(R"("\ud83dx")"), "\uFFFDx");
  EXPECT_EQ(Decoded(R"("\ud83d\n")"), "\uFFFD\n");
  EXPECT_EQ(Decoded(R"("\ude00\ud83d")"), "\uFFFD\uFFFD");
  EXPECT_EQ(Decoded(R"("\ud83d\u0041")"), "\uFFFDA");
  EXPECT_EQ(Decoded(R"("\ud83d\ud83d\ude00")"), "\uFFFD\U0001F600");
}

TEST(Document, ReplacesEachByteThatIsNotUtf8) {
  EXPECT_EQ(Decoded("\"\u00e9\u20ac\U0001F600\""), "\u00e9\u20ac\U0001F600");
  EXPECT_EQ(Decoded("\"\xff\xfe\""), "\uFFFD\uFFFD");
  EXPECT_EQ(Decoded("\"\xe2\x82\""), "\uFFFD\uFFFD");                      // cut short
  EXPECT_EQ(Decoded("\"\xc0\x80\""), "\uFFFD\uFFFD");                      // overlong, two bytes
  EXPECT_EQ(Decoded("\"\xe0\x9f\xbf\""), "\uFFFD\uFFFD\uFFFD");            // overlong, three bytes
  EXPECT_EQ(Decoded("\"\xf0\x8f\xbf\xbf\""), "\uFFFD\uFFFD\uFFFD\uFFFD");  // overlong, four
  EXPECT_EQ(Decoded("\"\xed\xa0\x80\""), "\uFFFD\uFFFD\uFFFD");            // a surrogate
  EXPECT_EQ(Decoded("\"\xed\x9f\xbf\xee\x80\x80\""), "\uD7FF\uE000");      // around them
  EXPECT_EQ(Decoded("\"\xf4\x8f\xbf\xbf\""), "\U0010FFFF");
  EXPECT_EQ(Decoded("\"\xf4\x90\x80\x80\""), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond Unicode
}

TEST(Document, HandsOutPlainTextWithoutCopyingIt) {
  const std::string_view text = R"("plain text, long enough for a step of eight")";
  const Document document(text);
  std::string buffer;
  EXPECT_EQ(document.Root().Text(buffer).data(), text.data() + 1);
  EXPECT_EQ(buffer, "");
}

TEST(Document, WalksChildrenInOrderWithTheirPlaces) {
  const Document document(R"( {"a":[1,[2],{}],"b":"x"} )");
  const Value object = document.Root();
  ASSERT_EQ(object.kind(), Kind::kObject);
  EXPECT_EQ(object.begin(), 1U);
  EXPECT_EQ(object.end(), 25U);

  const Value a = object.First();
  EXPECT_EQ(a.Text(), "a");
  const Value array = a.Next();
  EXPECT_EQ(array.Raw(), "[1,[2],{}]");
  EXPECT_EQ(array.First().Raw(), "1");
  EXPECT_EQ(array.First().Next().Raw(), "[2]");
  EXPECT_EQ(array.First().Next().Next().Raw(), "{}");
  EXPECT_FALSE(array.First().Next().Next().First().Exists());
  EXPECT_FALSE(array.First().Next().Next().Next().Exists());

  const Value b = array.Next();
  EXPECT_EQ(b.Text(), "b");
  EXPECT_EQ(b.Next().Text(), "x");
  EXPECT_FALSE(b.Next().Next().Exists());
  EXPECT_FALSE(object.Next().Exists());
}

}  // namespace
}  // namespace enks::json
