// Whether our parser takes and refuses what an independent one, Boost.JSON, takes and refuses.
// Boost is a dependency of this test only, compiled into it as a header.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <boost/json/src.hpp>
#include <string>

#include "json/document.h"
#include "json/testing/fuzzing.h"

namespace enks::json {
namespace {

bool WeTake(const std::string& text) {
  const Document document(text);
  return document.outcome() == ParseOutcome::kOk && !document.HasMore();
}

bool BoostTakes(const std::string& text) {
  boost::json::parse_options options;
  options.max_depth = kNestingMax;
  boost::json::error_code error;
  boost::json::parse(text, error, {}, options);
  return !error;
}

// Pieces that JSON is made of, whole and broken, so that random rows of them come near to JSON.
const std::array kPieces = {
    "{",    "}",   "[",   "]",  ",",  ":",  "\"", "\"a\"", "\"key\":", "0",
    "-",    "1",   "12",  ".",  ".5", "e",  "E+", "e-1",   "true",     "false",
    "null", "tru", " ",   "\t", "\n", "\r", "\\", "\\n",   "\\u00e9",  "\\u12",
    "\"\"", "{}",  "[1]", "/",  "'",  "01", "-0", "\f",    "\x01",     "\x7f",
};

rc::Gen<std::string> PiecedTogether() {
  return rc::gen::map(rc::gen::container<std::vector<const char*>>(rc::gen::elementOf(kPieces)),
                      [](const std::vector<const char*>& pieces) {
                        std::string text;
                        for (const char* piece : pieces) text += piece;
                        return text;
                      });
}

const std::string kUpload =
    R"({"temporaryExposureKeys": [{"key": "z2Cx9hdz2SlxZ8GEgqTYpA==", "rollingStartNumber": 1,
        "rollingPeriod":144,"transmissionRisk":-3e2},{"key":"","x":[null,true,false,0.5]}, {}],
        "healthAuthorityID":"gov.example \\ \" \/ \b \u0041 \n", "traveler" : false,
        "list":[[],[[1]],{"a":{"b":{}}}] })";

TEST(Agreement, WithAnotherParserOnPiecesThrownTogether) {
  rc::check([] {
    const std::string text = *PiecedTogether();
    RC_ASSERT(WeTake(text) == BoostTakes(text));
  });
}

TEST(Agreement, WithAnotherParserOnUploadsWithAFewBytesChanged) {
  ASSERT_TRUE(WeTake(kUpload));
  ASSERT_TRUE(BoostTakes(kUpload));
  rc::check([] {
    std::string text = kUpload;
    const int changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto length = *rc::gen::inRange<std::size_t>(0, 3);
      text.replace(at, length, *rc::gen::elementOf(kPieces));
    }
    RC_ASSERT(WeTake(text) == BoostTakes(text));
  });
}

TEST(Agreement, WithAnotherParserOnUploadsCutShort) {
  for (std::size_t length = 0; length <= kUpload.size(); ++length) {
    const std::string text = kUpload.substr(0, length);
    EXPECT_EQ(WeTake(text), BoostTakes(text)) << length;
  }
}

TEST(FuzzDocument, FindsThePromisesKeptOnAnyBytes) {
  EXPECT_GT(FuzzDocument(kUpload), 30U);
  EXPECT_EQ(FuzzDocument("\xff"), 0U);
  rc::check([] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    FuzzDocument(bytes);
    FuzzDocument("[\"" + bytes + "\"]");
  });
}

}  // namespace
}  // namespace enks::json
