#include "http/request_reader.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "http/header_field.h"

namespace enks::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using BeastText = boost::beast::string_view;

constexpr int kBadRequest = 400;
constexpr int kHeadTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;

// A body's buffer never starts larger than this on the mere word of a Content-Length.
constexpr std::size_t kFirstReserveBytes = 16 * 1024;

std::string_view View(BeastText text) {
  return {text.data(), text.size()};
}

int RefusalStatus(const error_code& error) {
  if (error == beast_http::error::header_limit) return kHeadTooLarge;
  if (error == beast_http::error::bad_version) return kVersionNotSupported;
  return kBadRequest;
}

// Splits a request-target into path and query. RFC 9112 section 3.2.2: "a server MUST accept the
// absolute-form in requests"; the authority- and asterisk-forms name nothing that we have.
bool SplitTarget(std::string_view target, Request& request) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!SameIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
    if (!target.starts_with('/')) {
      request.path = "/";
      request.query = target.substr(std::min<std::size_t>(1, target.size()));
      return true;
    }
  }
  if (!target.starts_with('/')) return false;
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  return true;
}

}  // namespace

// Beast's parser, filling a Request directly. Fields after the body (trailers) are left out: they
// must not look like fields of the head to a handler.
class RequestReader::Parser final : public beast_http::basic_parser<true> {
 public:
  explicit Parser(std::size_t header_bytes_max) {
    header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(header_bytes_max, std::numeric_limits<std::uint32_t>::max())));
    body_limit(boost::none);
  }

  State state = State::kHead;
  int refusal_status = 0;
  Request request;
  Expectation expectation = Expectation::kNone;
  bool keeps_alive = false;
  bool is_http_1_0 = false;
  std::size_t head_bytes = 0;
  std::size_t body_bytes_max = 0;

  void Refuse(int status) {
    state = State::kRefused;
    refusal_status = status;
  }

 private:
  void on_request_impl(beast_http::verb, BeastText method, BeastText target, int version,
                       error_code& error) override {
    request.method = View(method);
    is_http_1_0 = version < 11;
    if (!SplitTarget(View(target), request)) error = beast_http::error::bad_target;
  }

  void on_field_impl(beast_http::field field, BeastText name, BeastText value,
                     error_code& error) override {
    if (state != State::kHead) return;
    if (field == beast_http::field::host) ++hosts_;
    if (field == beast_http::field::transfer_encoding) {
      has_coding_ = true;
      if (!SameIgnoringCase(View(value), "chunked")) has_unknown_coding_ = true;
    }
    if (field == beast_http::field::expect) {
      expectation = SameIgnoringCase(View(value), "100-continue") ? Expectation::kContinue
                                                                  : Expectation::kUnknown;
    }
    request.headers.emplace_back(View(name), View(value));
    error = {};
  }

  void on_header_impl(error_code& error) override {
    error = {};
    keeps_alive = keep_alive();
    // RFC 9112 section 3.2: "A server MUST respond with a 400 (Bad Request) status code to any
    // HTTP/1.1 request message that lacks a Host header field and to any request message that
    // contains more than one Host header field line".
    if (hosts_ > 1 || (hosts_ == 0 && !is_http_1_0)) return Refuse(kBadRequest);
    // RFC 9112 section 6.1: "A server or client that receives an HTTP/1.0 message containing a
    // Transfer-Encoding header field MUST treat the message as if the framing is faulty".
    if (has_coding_ && is_http_1_0) return Refuse(kBadRequest);
    // Guessing where a body of an unknown coding ends is how requests are smuggled.
    if (has_unknown_coding_) return Refuse(kNotImplemented);
    state = State::kBody;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) override {
    error = {};
    const std::uint64_t announced = length ? *length : 0;
    request.body.reserve(static_cast<std::size_t>(
        std::min<std::uint64_t>({announced, body_bytes_max, kFirstReserveBytes})));
  }

  std::size_t on_body_impl(BeastText piece, error_code& error) override {
    return Keep(View(piece), error);
  }
  void on_chunk_header_impl(std::uint64_t, BeastText, error_code& error) override { error = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastText piece, error_code& error) override {
    return Keep(View(piece), error);
  }

  void on_finish_impl(error_code& error) override {
    error = {};
    if (state == State::kBody) state = State::kWhole;
  }

  std::size_t Keep(std::string_view piece, error_code& error) {
    error = {};
    const std::size_t room = body_bytes_max - request.body.size();
    request.body.append(piece.substr(0, room));
    if (piece.size() > room) {
      request.body_too_large = true;
      state = State::kBodyTooLarge;
      error = beast_http::error::body_limit;
    }
    return piece.size();
  }

  void on_response_impl(int, BeastText, int, error_code&) override {}

  int hosts_ = 0;
  bool has_coding_ = false;
  bool has_unknown_coding_ = false;
};

RequestReader::RequestReader(std::size_t header_bytes_max) : header_bytes_max_(header_bytes_max) {
  Begin();
}

RequestReader::~RequestReader() = default;

void RequestReader::Begin() {
  parser_ = std::make_unique<Parser>(header_bytes_max_);
}

std::size_t RequestReader::Feed(std::string_view bytes) {
  Parser& parser = *parser_;
  if (state() != State::kHead && state() != State::kBody) return 0;
  const bool in_head = state() == State::kHead;
  error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  const bool stopped_by_us = state() != State::kHead && state() != State::kBody;
  if (error && error != beast_http::error::need_more && !stopped_by_us) {
    parser.Refuse(RefusalStatus(error));
  }
  const std::size_t unused = bytes.size() - used;
  if (in_head) {
    parser.head_bytes += used;
    // Beast holds the request line and the fields to the limit one by one; we count them together.
    const bool is_over = parser.head_bytes > header_bytes_max_;
    const bool cannot_end =
        state() == State::kHead && parser.head_bytes + unused >= header_bytes_max_;
    if (is_over || cannot_end) parser.Refuse(kHeadTooLarge);
  } else if (state() == State::kBody && used == 0 && unused >= header_bytes_max_) {
    // A chunk's extensions or the trailers are longer than a head may be.
    parser.Refuse(kBadRequest);
  }
  return used;
}

void RequestReader::LimitBody(std::size_t bytes_max) {
  parser_->body_bytes_max = bytes_max;
  // From here on one Feed() reads all it can, up to the end of this request.
  parser_->eager(true);
}

RequestReader::State RequestReader::state() const {
  return parser_->state;
}

int RequestReader::refusal_status() const {
  return parser_->refusal_status;
}

const Request& RequestReader::head() const {
  return parser_->request;
}

RequestReader::Expectation RequestReader::expectation() const {
  return parser_->expectation;
}

bool RequestReader::keep_alive() const {
  return parser_->keeps_alive;
}

bool RequestReader::is_http_1_0() const {
  return parser_->is_http_1_0;
}

Request RequestReader::Take() {
  return std::move(parser_->request);
}

}  // namespace enks::http
