#include "base/log.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <cstdio>
#include <iterator>

namespace enks::base {
namespace {

constexpr const char* SeverityName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARNING";
    case LogLevel::kError:
      return "ERROR";
  }
  return "ERROR";
}

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void AppendValue(std::string& out, const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    AppendJsonString(out, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*number);
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    fmt::format_to(std::back_inserter(out), "{:.6g}", *real);
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

std::string JsonLine(LogLevel level, UnixTime time, std::string_view message,
                     std::initializer_list<LogField> fields) {
  std::string line = fmt::format("{{\"severity\":\"{}\",\"timestamp\":\"{:%Y-%m-%dT%H:%M:%SZ}\",",
                                 SeverityName(level), time);
  line += "\"message\":";
  AppendJsonString(line, message);
  for (const LogField& field : fields) {
    line.push_back(',');
    AppendJsonString(line, field.name);
    line.push_back(':');
    AppendValue(line, field);
  }
  line += "}\n";
  return line;
}

std::string HumanLine(LogLevel level, UnixTime time, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line = fmt::format("{:%H:%M:%S} {:<7} {}", time, SeverityName(level), message);
  for (const LogField& field : fields) {
    line += fmt::format("  {}=", field.name);
    AppendValue(line, field);
  }
  line.push_back('\n');
  return line;
}

}  // namespace

void StderrLog::Write(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  if (level < least_) return;
  const UnixTime now = clock_.Now();
  const std::string line = format_ == LogFormat::kJson ? JsonLine(level, now, message, fields)
                                                       : HumanLine(level, now, message, fields);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void MemoryLog::Write(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  const std::string line = JsonLine(level, UnixTime{}, message, fields);
  const std::lock_guard lock(mutex_);
  text_ += line;
}

std::string MemoryLog::Text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

}  // namespace enks::base
