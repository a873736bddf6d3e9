#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "http/message.h"

namespace enks::attestation::issuing {

// What a fake upstream does with a request.
struct FakeAnswer {
  enum class Manner {
    kWhole,
    kCutShort,  // half of the body, then the connection ends
    kHangUp,    // the connection ends without an answer
    kStall,     // nothing, until the client has had enough
  };
  Manner manner = Manner::kWhole;
  http::Response response;
  std::chrono::milliseconds delay{0};
};

// The answer that a text asks for, so that a test can choose it by the token it sends:
// "SAYS 503 Service Unavailable", "SLOW", "STALL", "HANGUP", "CUT" (half of the usual body),
// "GARBAGE" (no JSON), "REDIRECT" (302 to /moved); anything else: `usual`.
FakeAnswer ScriptedAnswer(std::string_view text, FakeAnswer usual);

// An HTTP server on a free loopback port that can do what http::Server never would. A request a
// connection, a thread a connection: for tests and simulations.
class LoopbackServer {
 public:
  // Called on many threads.
  using Answerer = std::function<FakeAnswer(const http::Request&)>;

  explicit LoopbackServer(Answerer answerer);
  // Hangs up on whoever still waits.
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  // "http://127.0.0.1:port"
  std::string Url() const;

 private:
  struct Connection {
    int socket = -1;
    std::thread thread;
    bool is_over = false;  // guarded by mutex_
  };

  void Accept();
  void Serve(Connection& connection);
  void CloseThoseThatAreOver();
  void Deliver(int socket, const FakeAnswer& answer);
  bool WaitUnlessStopping(std::chrono::milliseconds time);

  const Answerer answerer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;           // guarded by mutex_
  std::list<Connection> connections_;  // guarded by mutex_ while the acceptor runs
  std::thread acceptor_;
};

}  // namespace enks::attestation::issuing
