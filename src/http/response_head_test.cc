#include "http/response_head.h"

#include <gtest/gtest.h>

#include <string>

#include "http/header_field.h"

namespace enks::http {
namespace {

constexpr std::string_view kDate = "Thu, 01 Jan 1970 00:00:00 GMT";

Response WithHeader(std::string name, std::string value) {
  Response response;
  response.headers = {{std::move(name), std::move(value)}};
  return response;
}

TEST(ResponseHead, HoldsTheStatusTheFieldsTheDateAndTheLength) {
  Response response = WithHeader("Content-Type", "application/json");
  response.body = "{}";
  EXPECT_EQ(ResponseHead(response, "POST", AfterAnswer::kKeepOpen, kDate),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 2\r\n\r\n");
}

TEST(ResponseHead, SaysWhatBecomesOfTheConnection) {
  const auto head = [](AfterAnswer after) { return ResponseHead({}, "GET", after, kDate); };
  EXPECT_EQ(head(AfterAnswer::kKeepOpen).find("Connection"), std::string::npos);
  EXPECT_NE(head(AfterAnswer::kKeepOpenSaySo).find("\r\nConnection: keep-alive\r\n"),
            std::string::npos);
  EXPECT_NE(head(AfterAnswer::kClose).find("\r\nConnection: close\r\n"), std::string::npos);
}

TEST(ResponseHead, TheServersOwnFieldsAreNotTakenFromAHandler) {
  Response response;
  response.headers = {{"content-length", "77"},
                      {"Transfer-Encoding", "chunked"},
                      {"CONNECTION", "upgrade"},
                      {"Date", "never"}};
  EXPECT_EQ(ResponseHead(response, "GET", AfterAnswer::kKeepOpen, kDate),
            "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseHead, TheLengthOfABodyThatIsNotSentIsTheDeclaredOneOrItsOwn) {
  const auto has_length = [](const Response& response, std::string_view method,
                             const char* length) {
    const std::string head = ResponseHead(response, method, AfterAnswer::kKeepOpen, kDate);
    return head.find(std::string("Content-Length: ") + length + "\r\n") != std::string::npos;
  };
  Response response;
  response.body = "four";
  EXPECT_TRUE(has_length(response, "HEAD", "4"));
  response.declared_length = 1234;
  EXPECT_TRUE(has_length(response, "HEAD", "1234"));
  EXPECT_TRUE(has_length(response, "GET", "4"));
  response.status = 304;
  EXPECT_TRUE(has_length(response, "GET", "1234"));
  response.declared_length.reset();
  EXPECT_FALSE(has_length(response, "GET", "4"));
  response.status = 204;
  EXPECT_FALSE(has_length(response, "GET", "4"));
  Response file;
  file.file = FileBody{.path = "x", .offset = 5, .length = 99};
  EXPECT_TRUE(has_length(file, "HEAD", "99"));
}

TEST(ResponseHead, OnlyAnswersWithABodyCarryOne) {
  Response response;
  EXPECT_TRUE(SendsBody(response, "GET"));
  EXPECT_TRUE(SendsBody(response, "POST"));
  EXPECT_FALSE(SendsBody(response, "HEAD"));
  response.status = 204;
  EXPECT_FALSE(SendsBody(response, "GET"));
  response.status = 304;
  EXPECT_FALSE(SendsBody(response, "GET"));
}

TEST(IsSendable, RefusesWhatWouldSplitTheAnswer) {
  EXPECT_TRUE(IsSendable(WithHeader("X-Name_1.2~", "any value\twith \xc3\xa4")));
  EXPECT_TRUE(IsSendable(WithHeader("X", "")));
  for (const char* value : {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\x7f", "a\x01"}) {
    EXPECT_FALSE(IsSendable(WithHeader("X", value))) << value;
  }
  EXPECT_FALSE(IsSendable(WithHeader("X", std::string("a\0b", 3))));
  for (const char* name : {"", "X Y", "X:", "X\r\nY", "X\n", "\xc3\xa4", "(X)"}) {
    EXPECT_FALSE(IsSendable(WithHeader(name, "v"))) << name;
  }
}

TEST(IsSendable, RefusesAStatusThatIsNotFinal) {
  for (const int status : {200, 301, 404, 599}) {
    Response response;
    response.status = status;
    EXPECT_TRUE(IsSendable(response)) << status;
  }
  for (const int status : {-1, 0, 99, 100, 101, 199, 600, 1000}) {
    Response response;
    response.status = status;
    EXPECT_FALSE(IsSendable(response)) << status;
  }
}

TEST(HeaderField, NamesAreComparedIgnoringTheCaseOfAsciiLettersOnly) {
  EXPECT_TRUE(SameIgnoringCase("Content-Type", "content-TYPE"));
  EXPECT_FALSE(SameIgnoringCase("Content-Type", "Content-Typ"));
  EXPECT_FALSE(SameIgnoringCase("[", "{"));
}

}  // namespace
}  // namespace enks::http
