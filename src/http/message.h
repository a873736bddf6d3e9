#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enks::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request whose head and body have been read whole, within the server's limits. A value: it may
// outlive the connection. Deliberately without the peer's address.
struct Request {
  std::string method;  // as sent
  std::string path;    // percent-decoding not applied; without the query
  std::string query;   // after '?', may be empty
  Headers headers;     // in order of arrival
  std::string body;
  bool body_too_large = false;  // body holds the first bytes up to the route's limit, no more

  // The first value of a header, its name compared ignoring case; empty if absent.
  std::string_view Header(std::string_view name) const;
  // All values of a header that is a list, joined by commas (RFC 9110 section 5.3: lines of the
  // same name mean the same as one line); empty if absent.
  std::string HeaderList(std::string_view name) const;
};

// Part of a file as a response body; the server streams it.
struct FileBody {
  std::filesystem::path path;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Date and Connection are the server's business
  std::string body;
  std::optional<FileBody> file;  // instead of `body`
  bool close = false;            // close the connection after this answer
  // For HEAD and 304: send this Content-Length with no body.
  std::optional<std::uint64_t> declared_length;
};

// Gives the answer; call exactly once, from any thread.
using Reply = absl::AnyInvocable<void(Response)>;

// Answers one route. Called on a network thread: must not block on a database or an upstream, and
// may reply later from another thread. Thread-safe.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void Handle(Request request, Reply reply) = 0;
};

}  // namespace enks::http
