#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/sql/connection.h"

// How values of records lie in columns: times as unix seconds, lists as JSON arrays in text.
namespace enks::store::sql {

using base::UnixTime;

inline std::int64_t Seconds(UnixTime time) {
  return time.time_since_epoch().count();
}
inline UnixTime TimeOf(std::int64_t seconds) {
  return UnixTime(std::chrono::seconds(seconds));
}

// NULL for nothing.
Value OrNull(const std::optional<UnixTime>& time);
Value OrNull(const std::optional<std::int64_t>& number);
Value OrNull(const std::optional<std::string>& text);

std::optional<UnixTime> OptionalTime(const Row& row, int column);
std::optional<std::int64_t> OptionalInt(const Row& row, int column);
std::optional<std::string> OptionalText(const Row& row, int column);

std::string ToJson(const std::vector<std::string>& names);
std::string ToJson(const std::vector<std::int64_t>& ids);

// kInternal if the column holds anything but what ToJson writes.
Status ReadList(const Row& row, int column, std::vector<std::string>& out);
Status ReadList(const Row& row, int column, std::vector<std::int64_t>& out);

}  // namespace enks::store::sql
