#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/message.h"

namespace enks::http {

// Turns the bytes of one connection into requests, one after the other, and says why when it
// cannot. It sees bytes only: no socket, no time. How the bytes are cut into pieces makes no
// difference. Owned by its connection; not thread-safe.
class RequestReader {
 public:
  enum class State {
    kHead,          // the head is not complete
    kBody,          // the head is complete; the body is not
    kWhole,         // a whole request
    kBodyTooLarge,  // the body is longer than its limit; what fits has been kept
    kRefused,       // no request, and nothing after it can be understood: see refusal_status()
  };

  // What an `Expect` header asks for (RFC 9110 section 10.1.1).
  enum class Expectation { kNone, kContinue, kUnknown };

  explicit RequestReader(std::size_t header_bytes_max);
  ~RequestReader();

  // Forgets the last request and is ready for the next one.
  void Begin();

  // Reads on from `bytes`, the connection's unused bytes from the oldest on, and returns how many
  // it used up. Stops between head and body, so that a limit can be set. Present the unused rest
  // again, with more behind it, while the state is kHead or kBody.
  std::size_t Feed(std::string_view bytes);

  // How many bytes of body to keep; call it when the state becomes kBody. Zero until then.
  void LimitBody(std::size_t bytes_max);

  State state() const;
  // 400, 431, 501 or 505; meaningful in state kRefused only.
  int refusal_status() const;

  // From state kBody on: the head's part of the request.
  const Request& head() const;
  Expectation expectation() const;
  // Whether the client can send another request on this connection.
  bool keep_alive() const;
  // Whether `Connection: keep-alive` must be said because the client speaks HTTP/1.0.
  bool is_http_1_0() const;

  // The request, when the state is kWhole or kBodyTooLarge; call once.
  Request Take();

 private:
  class Parser;

  const std::size_t header_bytes_max_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace enks::http
