#include "phone/ledger.h"

#include <algorithm>

namespace enks::phone {
namespace {

using exportfile::WireKey;
using exposure::ReportType;

bool IsCertain(UploadOutcome outcome) {
  return outcome == UploadOutcome::kAccepted || outcome == UploadOutcome::kStoredEarlier;
}

}  // namespace

void Ledger::NoteUpload(int sender, const std::vector<Tek>& keys, const Disclosure& disclosure,
                        UploadOutcome outcome, UnixTime now) {
  if (outcome == UploadOutcome::kRefused) return;
  for (const Tek& key : keys) NoteKey(sender, key, disclosure, IsCertain(outcome), now);
}

void Ledger::NoteKey(int sender, const Tek& key, const Disclosure& disclosure, bool certain,
                     UnixTime now) {
  const auto found = entries_.find(key.key);
  if (found == entries_.end()) {
    // "New keys with report type negative are not inserted" (spec/publish.md section 10).
    if (disclosure.report_type == ReportType::kNegative) return;
    entries_[key.key] = Entry{.sender = sender,
                              .start = key.start,
                              .period = key.period,
                              .report_type = disclosure.report_type,
                              .certain = certain,
                              .shared_at = now};
    return;
  }
  Entry& entry = found->second;
  if (entry.report_type != disclosure.report_type) entry.revised = true;
  entry.report_type = disclosure.report_type;
  entry.certain = entry.certain && certain;
}

void Ledger::NoteFile(const exportfile::ExportFileContent& file, UnixTime now) {
  const auto still_valid = [now](const WireKey& key) {
    return exposure::StartOf(key.rolling_start) + key.rolling_period * exposure::kIntervalLength >
           now;
  };
  for (const WireKey& key : file.keys) {
    if (still_valid(key)) ++embargo_breaches_;
    if (const auto found = entries_.find(key.key); found != entries_.end()) {
      ++found->second.primary_seen;
    }
  }
  for (const WireKey& key : file.revised_keys) {
    if (still_valid(key)) ++embargo_breaches_;
    const auto found = entries_.find(key.key);
    if (found == entries_.end()) continue;
    if (key.report_type == exportfile::ToWire(found->second.report_type)) {
      ++found->second.revised_seen;
    }
  }
}

std::vector<SharedKey> Ledger::SharedKeys(std::chrono::seconds delivery_max) const {
  std::vector<SharedKey> keys;
  for (const auto& [data, entry] : entries_) {
    const Interval end{entry.start.number + entry.period};
    keys.push_back({.sender = entry.sender,
                    .start = entry.start,
                    .period = entry.period,
                    .revoked = entry.revoked(),
                    .certain = entry.certain,
                    .known_from = entry.shared_at,
                    .known_by = std::max(entry.shared_at, exposure::StartOf(end)) + delivery_max});
  }
  return keys;
}

std::int64_t Ledger::NeverExported() const {
  return std::count_if(entries_.begin(), entries_.end(), [](const auto& item) {
    return item.second.certain && item.second.primary_seen == 0;
  });
}

std::int64_t Ledger::RevisionsNeverExported() const {
  return std::count_if(entries_.begin(), entries_.end(), [](const auto& item) {
    return item.second.certain && item.second.revised && item.second.revised_seen == 0;
  });
}

std::int64_t Ledger::ExportedTwice() const {
  return std::count_if(entries_.begin(), entries_.end(),
                       [](const auto& item) { return item.second.primary_seen > 1; });
}

}  // namespace enks::phone
