#include "json/writer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

#include "json/document.h"

namespace enks::json {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(text, out);
  return out;
}

TEST(Writer, WritesNestedValuesWithoutWhiteSpace) {
  Writer writer;
  writer.BeginObject().Name("n").Int(-7).Name("list").BeginArray();
  writer.Text("a").Bool(true).Bool(false).Null().BeginObject().EndObject().BeginArray().EndArray();
  writer.EndArray().Name("inner").BeginObject().Name("x").Int(0).EndObject().EndObject();
  EXPECT_EQ(std::move(writer).Take(),
            R"({"n":-7,"list":["a",true,false,null,{},[]],"inner":{"x":0}})");
}

TEST(Writer, WritesIntegersToTheEndsOfTheirRange) {
  Writer writer;
  writer.BeginArray();
  writer.Int(std::numeric_limits<std::int64_t>::min());
  writer.Int(std::numeric_limits<std::int64_t>::max()).EndArray();
  EXPECT_EQ(std::move(writer).Take(), "[-9223372036854775808,9223372036854775807]");
}

TEST(AppendQuoted, EscapesAsTheReferenceDoes) {
  EXPECT_EQ(Quoted("a<b>&c"), R"("a\u003cb\u003e\u0026c")");
  EXPECT_EQ(Quoted("\"\\/\n\r\t\b\f"), R"("\"\\/\n\r\t\u0008\u000c")");
  EXPECT_EQ(Quoted(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(Quoted("\u2027\u2028\u2029\u202a"), "\"\u2027\\u2028\\u2029\u202a\"");
  EXPECT_EQ(Quoted("\u00e9\U0001F600"), "\"\u00e9\U0001F600\"");
}

TEST(AppendQuoted, ReplacesEachByteThatIsNotUtf8) {
  EXPECT_EQ(Quoted("a\xff\xe2\x82"), R"("a\ufffd\ufffd\ufffd")");
  EXPECT_EQ(Quoted("\uFFFD"), "\"\uFFFD\"");  // the character itself is as good as any
}

TEST(AppendQuoted, IsReadBackAsTheSameText) {
  rc::check([] {
    // Every byte of ASCII; other bytes would be replaced.
    const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    const std::string quoted = Quoted(text);
    const Document document(quoted);
    RC_ASSERT(document.outcome() == ParseOutcome::kOk);
    RC_ASSERT(document.Root().Text() == text);
  });
}

}  // namespace
}  // namespace enks::json
