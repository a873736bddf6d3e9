#include "http/reply_slot.h"

#include <utility>

#include "http/response_head.h"

namespace enks::http {
namespace {

// The callable inside a Reply.
class ReplyOnce {
 public:
  ReplyOnce(std::shared_ptr<ReplySlot> slot, absl::AnyInvocable<void()> on_dropped)
      : slot_(std::move(slot)), on_dropped_(std::move(on_dropped)) {}
  ReplyOnce(ReplyOnce&&) = default;
  ReplyOnce& operator=(ReplyOnce&&) = delete;
  ReplyOnce(const ReplyOnce&) = delete;
  ReplyOnce& operator=(const ReplyOnce&) = delete;
  ~ReplyOnce() {
    if (slot_ == nullptr) return;
    on_dropped_();
    slot_->Give(InternalError());
  }

  void operator()(Response response) {
    if (slot_ != nullptr) std::exchange(slot_, nullptr)->Give(std::move(response));
  }

 private:
  std::shared_ptr<ReplySlot> slot_;  // null once the answer was given
  absl::AnyInvocable<void()> on_dropped_;
};

}  // namespace

void ReplySlot::Give(Response response) {
  const std::lock_guard lock(mutex_);
  if (!deliver_) return;
  // Delivered under the lock: once an abort has returned from here, no other thread is still on its
  // way to the connection's event loop, which may then be destroyed.
  std::exchange(deliver_, nullptr)(std::move(response));
}

Reply MakeReply(std::shared_ptr<ReplySlot> slot, absl::AnyInvocable<void()> on_dropped) {
  return ReplyOnce(std::move(slot), std::move(on_dropped));
}

}  // namespace enks::http
