#pragma once

#include <absl/functional/any_invocable.h>

#include <memory>
#include <mutex>

#include "http/message.h"

namespace enks::http {

// Carries one answer from whichever thread gives it to the connection that waits for it. Shared by
// the connection and the Reply, because either may go first: a client hangs up while its upload is
// being stored, or the server stops before the answer is there. Thread-safe.
class ReplySlot {
 public:
  using Deliver = absl::AnyInvocable<void(Response)>;

  // Called at most once, under a lock, by the first Give(); must only hand the answer on.
  explicit ReplySlot(Deliver deliver) : deliver_(std::move(deliver)) {}

  // Delivers `response` unless an answer was given before.
  void Give(Response response);

 private:
  std::mutex mutex_;
  Deliver deliver_;  // guarded by mutex_; empty once an answer was given
};

// The Reply to hand to a handler. Dropped without being called, it gives a 500 and calls
// `on_dropped` first, so that a handler's mistake is an answer and not a client that waits forever.
Reply MakeReply(std::shared_ptr<ReplySlot> slot, absl::AnyInvocable<void()> on_dropped);

}  // namespace enks::http
