#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace enks::http {
namespace {

using State = RequestReader::State;

constexpr std::size_t kHeaderBytesMax = 1024;
constexpr std::size_t kBodyBytesMax = 100;

// A reader and the bytes it has not used yet.
class Reading {
 public:
  // Feeds `bytes` in pieces of `piece` bytes, as a network would, and stops when nothing is left or
  // the request is over.
  explicit Reading(std::string_view bytes, std::size_t piece = std::string_view::npos) {
    while (!bytes.empty() && !IsOver()) {
      unused_.append(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
      FeedAll();
    }
    unused_.append(bytes);
  }

  RequestReader& reader() { return reader_; }
  State state() const { return reader_.state(); }
  const std::string& unused() const { return unused_; }

 private:
  bool IsOver() const { return state() != State::kHead && state() != State::kBody; }

  void FeedAll() {
    std::size_t used;
    do {
      const State before = state();
      used = reader_.Feed(unused_);
      unused_.erase(0, used);
      if (before == State::kHead && state() == State::kBody) reader_.LimitBody(kBodyBytesMax);
    } while (used > 0 && !unused_.empty() && !IsOver());
  }

  RequestReader reader_{kHeaderBytesMax};
  std::string unused_;
};

std::string HeadOfSize(std::size_t size) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nFill: ";
  return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
}

TEST(RequestReader, AWholeRequestComesOutAsItWasSent) {
  Reading reading(
      "POST /v1/publish?a=b&c HTTP/1.1\r\nHost: a\r\nX-One:  1 \r\nx-one: 2\r\n"
      "Content-Length: 5\r\n\r\nhelloGET /next");
  ASSERT_EQ(reading.state(), State::kWhole);
  EXPECT_EQ(reading.unused(), "GET /next");
  EXPECT_TRUE(reading.reader().keep_alive());
  const Request request = reading.reader().Take();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/v1/publish");
  EXPECT_EQ(request.query, "a=b&c");
  EXPECT_EQ(request.body, "hello");
  EXPECT_FALSE(request.body_too_large);
  ASSERT_EQ(request.headers.size(), 4u);
  EXPECT_EQ(request.Header("X-ONE"), "1");
  EXPECT_EQ(request.Header("none"), "");
}

TEST(RequestReader, HowTheBytesAreCutMakesNoDifference) {
  const std::string bytes =
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\nrest";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    Reading reading(bytes, piece);
    ASSERT_EQ(reading.state(), State::kWhole) << "pieces of " << piece;
    EXPECT_EQ(reading.unused(), "rest");
    EXPECT_EQ(reading.reader().Take().body, "hello!");
  }
}

TEST(RequestReader, AnEmptyChunkedBodyThatArrivesByteByByteIsWhole) {
  Reading reading("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 1);
  EXPECT_EQ(reading.state(), State::kWhole);
}

TEST(RequestReader, FieldsAfterTheBodyAreNotFieldsOfTheRequest) {
  Reading reading(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nX-Chaff: 1\r\nConnection: close\r\n\r\n");
  ASSERT_EQ(reading.state(), State::kWhole);
  EXPECT_TRUE(reading.reader().keep_alive());
  EXPECT_EQ(reading.reader().Take().Header("X-Chaff"), "");
}

TEST(RequestReader, AHeadOfExactlyTheLimitIsReadAndOneByteMoreIsRefused) {
  EXPECT_EQ(Reading(HeadOfSize(kHeaderBytesMax)).state(), State::kWhole);
  EXPECT_EQ(Reading(HeadOfSize(kHeaderBytesMax), 1).state(), State::kWhole);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::string::npos}) {
    Reading reading(HeadOfSize(kHeaderBytesMax + 1), piece);
    ASSERT_EQ(reading.state(), State::kRefused) << "pieces of " << piece;
    EXPECT_EQ(reading.reader().refusal_status(), 431);
  }
}

TEST(RequestReader, AHeadThatNeverEndsIsRefusedAtTheLimit) {
  for (const std::string begin : {"GET /", "GET / HTTP/1.1\r\nHost: a\r\nFill: "}) {
    Reading reading(begin + std::string(kHeaderBytesMax, 'x'), 100);
    ASSERT_EQ(reading.state(), State::kRefused);
    EXPECT_EQ(reading.reader().refusal_status(), 431);
  }
}

TEST(RequestReader, ABodyOfExactlyTheLimitIsKeptWhole) {
  const std::string body(kBodyBytesMax, 'b');
  Reading reading("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + body);
  ASSERT_EQ(reading.state(), State::kWhole);
  EXPECT_EQ(reading.reader().Take().body, body);
}

TEST(RequestReader, OfALongerBodyTheFirstBytesAreKeptAndItIsMarked) {
  const std::string body(kBodyBytesMax + 1, 'b');
  const std::string by_length = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n" + body;
  const std::string by_chunks =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + body +
      "\r\n0\r\n\r\n";
  for (const std::string& bytes : {by_length, by_chunks}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{33}, std::string::npos}) {
      Reading reading(bytes, piece);
      ASSERT_EQ(reading.state(), State::kBodyTooLarge);
      const Request request = reading.reader().Take();
      EXPECT_EQ(request.body, body.substr(0, kBodyBytesMax));
      EXPECT_TRUE(request.body_too_large);
    }
  }
}

TEST(RequestReader, ChunkExtensionsAndTrailersCannotGrowWithoutEnd) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string fill(2 * kHeaderBytesMax, 'x');
  EXPECT_EQ(Reading(head + "5;" + fill, 50).state(), State::kRefused);
  EXPECT_EQ(Reading(head + "0\r\nA: " + fill, 50).state(), State::kRefused);
}

TEST(RequestReader, AnAbsoluteTargetIsReadAsItsPath) {
  const auto request = [](const std::string& target) {
    return Reading("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").reader().Take();
  };
  EXPECT_EQ(request("http://a.example/b?c").path, "/b");
  EXPECT_EQ(request("http://a.example/b?c").query, "c");
  EXPECT_EQ(request("HTTPS://a.example").path, "/");
  EXPECT_EQ(request("http://a.example?c").path, "/");
  EXPECT_EQ(request("http://a.example?c").query, "c");
}

TEST(RequestReader, KeepAliveFollowsTheVersionAndTheConnectionField) {
  const auto keeps = [](const std::string& version, const std::string& field) {
    return Reading("GET / " + version + "\r\nHost: a\r\n" + field + "\r\n").reader().keep_alive();
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: keep-alive\r\n"));
}

TEST(RequestReader, AnExpectationIsReported) {
  const auto expects = [](const std::string& value) {
    const std::string field = "Expect: " + value + "\r\n";
    return Reading("POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n").reader().expectation();
  };
  EXPECT_EQ(expects("100-continue"), RequestReader::Expectation::kContinue);
  EXPECT_EQ(expects("100-Continue"), RequestReader::Expectation::kContinue);
  EXPECT_EQ(expects("the unexpected"), RequestReader::Expectation::kUnknown);
}

// The parser may wait for a CRLF in vain; what it must not do is to see a request.
TEST(RequestReader, LinesThatEndInABareLineFeedAreNoRequest) {
  const std::string bytes = "GET / HTTP/1.1\nHost: a\n\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const State state = Reading(bytes, piece).state();
    EXPECT_TRUE(state == State::kHead || state == State::kRefused) << "pieces of " << piece;
  }
}

struct Malformed {
  const char* what;
  const char* bytes;
  int status;

  friend void PrintTo(const Malformed& malformed, std::ostream* out) { *out << malformed.what; }
};

class MalformedTest : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedTest, IsRefusedHoweverItIsCut) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::string::npos}) {
    Reading reading(GetParam().bytes, piece);
    ASSERT_EQ(reading.state(), State::kRefused) << GetParam().what << ", pieces of " << piece;
    EXPECT_EQ(reading.reader().refusal_status(), GetParam().status) << GetParam().what;
  }
}

#define ENKS_CHUNKED "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

INSTANTIATE_TEST_SUITE_P(
    Corpus, MalformedTest,
    ::testing::Values(
        Malformed{"TLS hello", "\x16\x03\x01\x02\x01\x01\x01\xfc\x03\x03", 400},
        Malformed{"no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"no target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"HTTP/0.9", "GET /\r\n\r\n", 400},
        Malformed{"a version of the future", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
        Malformed{"no version", "GET / FTP/1.1\r\nHost: a\r\n\r\n", 505},
        Malformed{"asterisk target", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"authority target", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"control character in target", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        Malformed{"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        Malformed{"field without colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400},
        Malformed{"blank before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        Malformed{"empty field name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400},
        Malformed{"control character in value", "GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n", 400},
        Malformed{"bare carriage return", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
        Malformed{"negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                  400},
        Malformed{"length with sign", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
                  400},
        Malformed{"length over 64 bits",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n",
                  400},
        Malformed{"two lengths",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                  400},
        Malformed{
            "length and chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            400},
        Malformed{
            "chunks and length",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            400},
        Malformed{"unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                  501},
        Malformed{"coding before chunks",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
        Malformed{"chunks in HTTP/1.0",
                  "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n",
                  400},
        Malformed{"unknown coding in HTTP/1.0",
                  "POST / HTTP/1.0\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
        Malformed{"chunked twice",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n",
                  400},
        Malformed{"chunk size no number", ENKS_CHUNKED "x\r\n", 400},
        Malformed{"chunk size over 64 bits", ENKS_CHUNKED "10000000000000000\r\n", 400},
        Malformed{"chunk longer than said", ENKS_CHUNKED "1\r\nab\r\n0\r\n\r\n", 400},
        Malformed{"chunk extension without end", ENKS_CHUNKED "1;=\r\na\r\n", 400}));

}  // namespace
}  // namespace enks::http
