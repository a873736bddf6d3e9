#include "attestation/revocation_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "json/document.h"

namespace enks::attestation {
namespace {

using ListStatus = RevocationList::Status;

constexpr std::size_t kSerialDigitsMax = 64;

enks::Status Refused(std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("revocation list: {}", what));
}

enks::Status RefusedAt(std::string_view what, json::Value value) {
  return Refused(fmt::format("{} at byte {}", what, value.begin()));
}

// The value of the member `name`, which may come once only.
Result<json::Value> MemberOf(json::Value object, std::string_view name) {
  if (object.kind() != json::Kind::kObject) return RefusedAt("not an object", object);
  json::Value found;
  for (json::Value key = object.First(); key.Exists(); key = key.Next().Next()) {
    if (key.Text() != name) continue;
    if (found.Exists()) return RefusedAt("a member twice", key);
    found = key.Next();
  }
  if (!found.Exists()) return RefusedAt(fmt::format("no member \"{}\"", name), object);
  return found;
}

// As Certificate::SerialHex() would write it, should Google ever not do so. Nothing if it is no
// hexadecimal number.
std::optional<std::string> Normalized(std::string serial) {
  for (char& digit : serial) {
    if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    const bool is_hex = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    if (!is_hex) return std::nullopt;
  }
  if (serial.empty() || serial.size() > kSerialDigitsMax) return std::nullopt;
  const std::size_t first = serial.find_first_not_of('0');
  return first == std::string::npos ? "0" : serial.substr(first);
}

// Whatever is listed with a status that is not known is taken as revoked.
Result<ListStatus> StatusOf(json::Value entry) {
  ENKS_ASSIGN(const json::Value status, MemberOf(entry, "status"));
  if (status.kind() != json::Kind::kString) return RefusedAt("a status that is no text", status);
  return status.Text() == "SUSPENDED" ? ListStatus::kSuspended : ListStatus::kRevoked;
}

}  // namespace

Result<RevocationList> RevocationList::FromJson(std::string_view text, base::UnixTime as_of) {
  if (text.size() > kRevocationListBytesMax) return Refused("too large");
  const json::Document document(text);
  if (document.outcome() != json::ParseOutcome::kOk || document.HasMore()) {
    return Refused("not one JSON value");
  }
  ENKS_ASSIGN(const json::Value entries, MemberOf(document.Root(), "entries"));
  if (entries.kind() != json::Kind::kObject) return RefusedAt("entries is no object", entries);
  RevocationList list(as_of);
  for (json::Value key = entries.First(); key.Exists(); key = key.Next().Next()) {
    auto serial = Normalized(key.Text());
    if (!serial) return RefusedAt("a serial number that is not hexadecimal", key);
    ENKS_ASSIGN(const Status status, StatusOf(key.Next()));
    if (!list.entries_.emplace(*std::move(serial), status).second) {
      return RefusedAt("a serial number twice", key);
    }
  }
  return list;
}

RevocationList::Status RevocationList::Of(std::string_view serial) const {
  const auto entry = entries_.find(serial);
  return entry == entries_.end() ? Status::kGood : entry->second;
}

}  // namespace enks::attestation
