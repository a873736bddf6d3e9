#pragma once

#include <condition_variable>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>

#include "base/log.h"

namespace enks::server::testing {

// A log in which a test can wait for a line.
class AwaitedLog final : public base::Log {
 public:
  void Write(base::LogLevel level, std::string_view message,
             std::initializer_list<base::LogField> fields) override {
    const std::lock_guard lock(mutex_);
    lines_.Write(level, message, fields);
    changed_.notify_all();
  }
  void WaitFor(const std::string& text) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return lines_.Text().find(text) != std::string::npos; });
  }
  std::string Text() const { return lines_.Text(); }

 private:
  base::MemoryLog lines_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace enks::server::testing
