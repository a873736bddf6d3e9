#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"

namespace enks::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// One named value of a log line: a count, a code, a duration, a name that an operator chose. Key
// data, tokens, request bodies and addresses of phones have no conversion to a LogField, and none
// may be added.
struct LogField {
  std::string_view name;
  std::variant<std::int64_t, double, bool, std::string_view> value;
};

// Writes one JSON object a line (severity, timestamp, message, fields) to standard error, or a
// human-readable line in development mode. Thread-safe; a line is never torn.
class Log {
 public:
  virtual ~Log() = default;
  virtual void Write(LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) = 0;

  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kInfo, message, fields);
  }
  void Warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kWarning, message, fields);
  }
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Write(LogLevel::kError, message, fields);
  }
};

enum class LogFormat { kJson, kHuman };

// Lines below `least` are dropped. Writes to standard error.
class StderrLog final : public Log {
 public:
  StderrLog(LogLevel least, LogFormat format, const Clock& clock)
      : least_(least), format_(format), clock_(clock) {}
  void Write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) override;

 private:
  const LogLevel least_;
  const LogFormat format_;
  const Clock& clock_;
};

// Keeps every line in memory, for tests that search the log.
class MemoryLog final : public Log {
 public:
  void Write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) override;
  // All lines so far in the JSON form.
  std::string Text() const;

 private:
  mutable std::mutex mutex_;
  std::string text_;  // guarded by mutex_
};

}  // namespace enks::base
