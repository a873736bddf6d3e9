#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace enks::http {

// A client for tests that sends any bytes, also those no honest client would send. Every wait ends
// with a failed expectation rather than never. Not thread-safe.
class TestClient {
 public:
  struct Answer {
    int status = 0;    // 0: the connection ended before a whole answer
    std::string head;  // as it came, up to and with the empty line
    Headers headers;
    std::string body;

    std::string Header(std::string_view name) const;
  };

  // Connects to the loopback interface, 127.0.0.1 unless told otherwise.
  explicit TestClient(std::uint16_t port, std::string_view host = "127.0.0.1");
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;
  ~TestClient();

  // False when the server has closed the connection.
  bool Send(std::string_view bytes);
  void ShutdownSending();

  // The next answer; `method` of the request tells whether a body follows.
  Answer Read(std::string_view method = "GET");
  // Send and Read in one.
  Answer Ask(std::string_view request);

  // Waits until `count` bytes or the end are there; returns what was read and not yet used.
  std::string ReadBytes(std::size_t count);
  // Waits for the end of the connection, dropping what arrives before it. A reset counts too.
  bool IsClosedByServer();

 private:
  bool ReadMore();

  int fd_;
  std::string unread_;
};

// "GET /path HTTP/1.1" with a Host field and whatever fields (each ending in CRLF) are added.
std::string Get(std::string_view path, std::string_view more_fields = "");
// The same for POST with a body of known length.
std::string Post(std::string_view path, std::string_view body, std::string_view more_fields = "");

}  // namespace enks::http
