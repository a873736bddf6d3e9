#include "http/response_head.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "http/header_field.h"

namespace enks::http {
namespace {

constexpr int kNoContent = 204;
constexpr int kNotModified = 304;
constexpr std::size_t kHeadReserveBytes = 512;

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Request Entity Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Requested Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";  // RFC 9112 section 4: "A client SHOULD ignore the reason-phrase"
  }
}

bool IsWrittenByServer(std::string_view name) {
  for (const std::string_view ours :
       {"content-length", "date", "connection", "transfer-encoding"}) {
    if (SameIgnoringCase(name, ours)) return true;
  }
  return false;
}

std::optional<std::uint64_t> ContentLength(const Response& response, std::string_view method) {
  if (response.status == kNoContent) return std::nullopt;
  if (response.status == kNotModified) return response.declared_length;
  if (method == "HEAD" && response.declared_length) return response.declared_length;
  return response.file ? response.file->length : response.body.size();
}

}  // namespace

bool IsSendable(const Response& response) {
  if (response.status < 200 || response.status > 599) return false;
  return std::all_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return IsHeaderName(header.first) && IsHeaderValue(header.second);
  });
}

bool SendsBody(const Response& response, std::string_view method) {
  return method != "HEAD" && response.status != kNoContent && response.status != kNotModified;
}

std::string ResponseHead(const Response& response, std::string_view method, AfterAnswer after,
                         std::string_view date) {
  std::string head;
  head.reserve(kHeadReserveBytes);
  auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\n", response.status, Reason(response.status));
  for (const auto& [name, value] : response.headers) {
    if (!IsWrittenByServer(name)) head.append(name).append(": ").append(value).append("\r\n");
  }
  head.append("Date: ").append(date).append("\r\n");
  if (const auto length = ContentLength(response, method)) {
    fmt::format_to(out, "Content-Length: {}\r\n", *length);
  }
  if (after == AfterAnswer::kClose) head += "Connection: close\r\n";
  if (after == AfterAnswer::kKeepOpenSaySo) head += "Connection: keep-alive\r\n";
  head += "\r\n";
  return head;
}

Response NotFound() {
  Response response;
  response.status = 404;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = "404 page not found\n";
  return response;
}

Response MovedTo(std::string location) {
  Response response;
  response.status = 301;
  response.headers = {{"Location", std::move(location)}};
  return response;
}

Response Refusal(int status) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = fmt::format("{} {}", status, Reason(status));
  response.close = true;
  return response;
}

Response InternalError() {
  Response response;
  response.status = 500;
  return response;
}

}  // namespace enks::http
