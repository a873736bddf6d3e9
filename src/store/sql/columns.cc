#include "store/sql/columns.h"

#include <utility>

#include "json/document.h"
#include "json/read.h"
#include "json/writer.h"

namespace enks::store::sql {
namespace {

template <typename T>
Status ReadJsonList(std::string_view text, std::vector<T>& out) {
  const json::Document document(text);
  if (document.outcome() == json::ParseOutcome::kOk && !document.HasMore() &&
      json::Read(document.Root(), json::UnknownMembers::kRefuse, out).ok()) {
    return absl::OkStatus();
  }
  return absl::InternalError("a column of the database should hold a JSON array and does not");
}

}  // namespace

Value OrNull(const std::optional<UnixTime>& time) {
  return time ? Value(Seconds(*time)) : Value(Null{});
}
Value OrNull(const std::optional<std::int64_t>& number) {
  return number ? Value(*number) : Value(Null{});
}
Value OrNull(const std::optional<std::string>& text) {
  return text ? Value(std::string_view(*text)) : Value(Null{});
}

std::optional<UnixTime> OptionalTime(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return TimeOf(row.Int(column));
}
std::optional<std::int64_t> OptionalInt(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Int(column);
}
std::optional<std::string> OptionalText(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return std::string(row.Text(column));
}

std::string ToJson(const std::vector<std::string>& names) {
  json::Writer writer;
  writer.BeginArray();
  for (const std::string& name : names) writer.Text(name);
  return std::move(writer.EndArray()).Take();
}

std::string ToJson(const std::vector<std::int64_t>& ids) {
  json::Writer writer;
  writer.BeginArray();
  for (const std::int64_t id : ids) writer.Int(id);
  return std::move(writer.EndArray()).Take();
}

Status ReadList(const Row& row, int column, std::vector<std::string>& out) {
  return ReadJsonList(row.Text(column), out);
}
Status ReadList(const Row& row, int column, std::vector<std::int64_t>& out) {
  return ReadJsonList(row.Text(column), out);
}

}  // namespace enks::store::sql
