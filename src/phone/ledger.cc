#include "phone/ledger.h"

#include <algorithm>

namespace enks::phone {
namespace {

using exportfile::WireKey;
using exposure::ReportType;

bool IsCertain(UploadOutcome outcome) {
  return outcome == UploadOutcome::kAccepted || outcome == UploadOutcome::kStoredEarlier;
}

// "Transmission risk backfill ... provided != 0: keep; else confirmed 2, likely 4, negative 6,
// anything else 0" (spec/publish.md section 9).
std::int64_t RiskToExport(const Disclosure& disclosure) {
  if (disclosure.transmission_risk != 0) return disclosure.transmission_risk;
  switch (disclosure.report_type) {
    case ReportType::kConfirmed:
      return 2;
    case ReportType::kLikely:
      return 4;
    case ReportType::kNegative:
      return 6;
    case ReportType::kUserReport:
    case ReportType::kUnspecified:
      return 0;
  }
  return 0;
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
                              .first_type = disclosure.report_type,
                              .report_type = disclosure.report_type,
                              .transmission_risk = RiskToExport(disclosure),
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
    NotePrimary(key);
  }
  for (const WireKey& key : file.revised_keys) {
    if (still_valid(key)) ++embargo_breaches_;
    NoteRevised(key);
  }
}

// A primary key is exported as it was first shared, even if it has been revised meanwhile
// (spec/export-file.md section 4).
void Ledger::NotePrimary(const WireKey& key) {
  const auto found = entries_.find(key.key);
  if (found == entries_.end()) return;  // padding
  ++found->second.primary_seen;
  if (IsAltered(key, found->second, found->second.first_type)) ++exported_altered_;
}

void Ledger::NoteRevised(const WireKey& key) {
  const auto found = entries_.find(key.key);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (key.report_type == exportfile::ToWire(entry.report_type)) ++entry.revised_seen;
  if (IsAltered(key, entry, entry.report_type)) ++exported_altered_;
}

bool Ledger::IsAltered(const WireKey& key, const Entry& entry, ReportType type) {
  if (key.rolling_start != entry.start || key.rolling_period != entry.period) return true;
  // After an unclear answer nobody knows which of several uploads the server goes by.
  if (!entry.certain) return false;
  return key.report_type != exportfile::ToWire(type) ||
         key.transmission_risk != entry.transmission_risk;
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
