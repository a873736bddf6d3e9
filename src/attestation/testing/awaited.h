#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "base/check.h"

namespace enks::attestation::testing {

// What a callback is given, once it is. Give Callback() away once.
template <typename T>
class Awaited {
 public:
  auto Callback() {
    return [promise = promise_](T value) { promise->set_value(std::move(value)); };
  }
  bool IsThere() const {
    return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  // Waits; ends the process rather than for ever.
  T Take() {
    ENKS_CHECK(future_.wait_for(std::chrono::seconds(30)) == std::future_status::ready);
    return future_.get();
  }

 private:
  std::shared_ptr<std::promise<T>> promise_ = std::make_shared<std::promise<T>>();
  std::future<T> future_ = promise_->get_future();
};

}  // namespace enks::attestation::testing
