#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "http/request_reader.h"
#include "http/response_head.h"
#include "http/router.h"
#include "input.h"

namespace enks::fuzz {
namespace {

using http::RequestReader;
using State = RequestReader::State;

struct Limits {
  std::size_t header_bytes_max;
  std::size_t body_bytes_max;
};
// Those of a server, and some that short inputs reach.
constexpr Limits kServerLimits = {16 * 1024, 64'000};
constexpr Limits kShortLimits = {512, 64};

bool IsOver(State state) {
  return state != State::kHead && state != State::kBody;
}

// Uses up as much of `unused` as the reader can.
void FeedAll(RequestReader& reader, const Limits& limits, std::string_view& unused) {
  std::size_t used = 1;
  while (used > 0 && !unused.empty() && !IsOver(reader.state())) {
    const State before = reader.state();
    used = reader.Feed(unused);
    unused.remove_prefix(used);
    if (before == State::kHead && reader.state() == State::kBody) {
      reader.LimitBody(limits.body_bytes_max);
    }
  }
}

// The requests in `bytes` that arrive in pieces of `piece` bytes, as a connection reads them.
std::vector<http::Request> ReadAll(std::string_view bytes, std::size_t piece,
                                   const Limits& limits) {
  std::vector<http::Request> requests;
  RequestReader reader(limits.header_bytes_max);
  std::string buffer;
  while (!bytes.empty() && !IsOver(reader.state())) {
    buffer.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    std::string_view unused = buffer;
    FeedAll(reader, limits, unused);
    while (reader.state() == State::kWhole) {
      requests.push_back(reader.Take());
      reader.Begin();
      FeedAll(reader, limits, unused);
    }
    buffer.erase(0, buffer.size() - unused.size());
  }
  return requests;
}

bool Same(const http::Request& a, const http::Request& b) {
  return a.method == b.method && a.path == b.path && a.query == b.query && a.headers == b.headers &&
         a.body == b.body;
}

// An answer built from what the client sent does not break out of its head.
void CheckEcho(const http::Request& request) {
  const std::string clean = http::CleanPath(request.path);
  ENKS_CHECK(http::CleanPath(clean) == clean);
  ENKS_CHECK(clean.starts_with('/') && !clean.starts_with("//"));
  ENKS_CHECK(http::IsSendable(http::MovedTo(clean + "?" + request.query)));

  http::Response response;
  response.headers = request.headers;
  ENKS_CHECK(http::IsSendable(response));
  const std::string head =
      http::ResponseHead(response, request.method, http::AfterAnswer::kKeepOpen, "date");
  ENKS_CHECK(head.find("\r\n\r\n") == head.size() - 4);
}

}  // namespace

void Run(base::ByteView bytes) {
  if (bytes.empty()) return;
  const std::size_t piece = bytes[0] % 32 + 1;
  const Limits& limits = bytes[0] >= 128 ? kServerLimits : kShortLimits;
  const std::string_view text = base::AsText(bytes.subspan(1));
  const std::vector<http::Request> at_once = ReadAll(text, text.size(), limits);
  const std::vector<http::Request> in_pieces = ReadAll(text, piece, limits);
  // How the network cuts the bytes must not decide what the requests are. In pieces fewer may be
  // found: what is too long is refused earlier when it does not arrive at once.
  ENKS_CHECK(in_pieces.size() <= at_once.size());
  for (std::size_t i = 0; i < in_pieces.size(); ++i) {
    ENKS_CHECK(Same(in_pieces[i], at_once[i]));
  }
  for (const http::Request& request : at_once) {
    ENKS_CHECK(request.body.size() <= limits.body_bytes_max && !request.body_too_large);
    CheckEcho(request);
  }
}

}  // namespace enks::fuzz
