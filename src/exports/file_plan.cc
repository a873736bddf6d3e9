#include "exports/file_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "base/check.h"

namespace enks::exports {

using std::chrono::seconds;

namespace {

// Cuts a number and `end` after it off the front of `text`.
std::optional<std::int64_t> TakeNumber(std::string_view& text, std::string_view end) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  if (!text.starts_with(end)) return std::nullopt;
  text.remove_prefix(end.size());
  return number;
}

}  // namespace

std::string ObjectName(std::string_view filename_root, std::string_view leaf) {
  if (filename_root.empty()) return std::string(leaf);
  return fmt::format("{}/{}", filename_root, leaf);
}

std::int64_t RecordsMax(const store::ExportBatch& batch, std::int64_t file_max_records) {
  const std::int64_t own = batch.settings.max_records_override.value_or(0);
  return own > 0 ? own : std::max<std::int64_t>(file_max_records, 1);
}

bool CanBeFileOf(const store::ExportBatch& batch, std::string_view name) {
  const std::string folder = ObjectName(batch.settings.filename_root, "");
  if (!name.starts_with(folder)) return false;
  name.remove_prefix(folder.size());
  const auto start = TakeNumber(name, "-");
  const auto end = TakeNumber(name, "-");
  const auto file_number = TakeNumber(name, ".zip");
  if (!start || !end || !file_number || !name.empty()) return false;
  const base::UnixTime named_start{seconds(*start)};
  return seconds(*end - *start) == batch.window.end - batch.window.start &&
         named_start >= batch.window.start && named_start < batch.window.end;
}

FilePlan::FilePlan(const store::ExportBatch& batch, std::int64_t records, std::int64_t records_max,
                   int reprocess_count)
    : named_window_{batch.window.start + seconds(reprocess_count),
                    batch.window.end + seconds(reprocess_count)},
      filename_root_(batch.settings.filename_root),
      records_max_(records_max),
      file_count_(static_cast<std::int32_t>((records + records_max - 1) / records_max)) {}

std::string FilePlan::NameOf(std::int32_t file_number) const {
  ENKS_CHECK(file_number >= 1 && file_number <= file_count_);
  return ObjectName(filename_root_,
                    fmt::format("{}-{}-{:05}.zip", named_window_.start.time_since_epoch().count(),
                                named_window_.end.time_since_epoch().count(), file_number));
}

exposure::Window FilePlan::TimesIn(std::int32_t file_number) const {
  ENKS_CHECK(file_number >= 1 && file_number <= file_count_);
  const seconds offset(file_count_ > 1 ? file_number : 0);
  return {named_window_.start, named_window_.end + offset};
}

}  // namespace enks::exports
