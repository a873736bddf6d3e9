#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "http/message.h"

namespace enks::http {

// How a call of an AsyncClient ended.
enum class CallOutcome : std::uint8_t {
  kAnswered,      // by any status; redirects are not followed
  kNoConnection,  // none could be made, or it ended before the first byte of an answer
  kNotTrusted,    // the server's certificate is not
  kTimedOut,
  kBadAnswer,   // cut short, too long, or no HTTP
  kBadRequest,  // could not be sent as it is
  kTooMany,     // not tried: as many calls as may be are under way
  kHeldBack,    // not tried; never by the client itself: for rules that others put before it
  kStopped,     // given up because the client stops
};
inline constexpr int kCallOutcomeCount = 9;

struct CallResult {
  CallOutcome outcome = CallOutcome::kStopped;
  Response response;  // of kAnswered
};

// One request. Its body and header fields may be secret: nothing of a call is ever written down.
struct Call {
  std::string method;
  std::string url;
  Headers headers;
  std::string body;
  std::chrono::milliseconds timeout{5000};  // of all of it, connecting included
};

// An HTTP client whose callers never wait: one thread of its own carries all calls, however many
// are under way, so that a server that hangs costs no threads. There is no queue: the bound on
// calls under way is where it says no. Thread-safe.
//
// Each call has a connection of its own. On a kept connection that turns out to be dead libcurl
// would send the request again by itself, and whether that may be is for the caller to say.
class AsyncClient {
 public:
  struct Options {
    std::size_t calls_max = 64;
    std::size_t answer_bytes_max = 64 * 1024;
  };
  using Done = absl::AnyInvocable<void(CallResult)>;

  static std::unique_ptr<AsyncClient> Create(const Options& options);
  // Stops as Stop() does.
  virtual ~AsyncClient() = default;

  // Calls `done` exactly once: with kTooMany or kStopped before this returns, otherwise on the
  // client's thread, where it must not block and may Send() again.
  virtual void Send(Call call, Done done) = 0;

  // Gives up what is under way, telling each, and whatever is sent from now on. Waits for no
  // server and no name server. Idempotent; must not be called by a `done`.
  virtual void Stop() = 0;
};

}  // namespace enks::http
