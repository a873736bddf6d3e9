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

// "Transmission risk backfill ... provided != 0: keep; else confirmed 2, likely 4, negative 6,
// anything else 0" (spec/publish.md section 9).
Ledger::Weight Ledger::WeightOf(const Disclosure& disclosure) {
  Weight weight{disclosure.report_type, disclosure.transmission_risk};
  if (weight.transmission_risk != 0) return weight;
  if (weight.report_type == ReportType::kConfirmed) weight.transmission_risk = 2;
  if (weight.report_type == ReportType::kLikely) weight.transmission_risk = 4;
  if (weight.report_type == ReportType::kNegative) weight.transmission_risk = 6;
  return weight;
}

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
                              .first = WeightOf(disclosure),
                              .latest = WeightOf(disclosure),
                              .certain = certain,
                              .shared_at = now};
    return;
  }
  Entry& entry = found->second;
  if (entry.latest.report_type != disclosure.report_type) {
    entry.revised = true;
    entry.latest = WeightOf(disclosure);
  }
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
  if (IsAltered(key, found->second, found->second.first)) ++exported_altered_;
}

// A revised key is exported as its revision says, the risk included (divergence E2).
void Ledger::NoteRevised(const WireKey& key) {
  const auto found = entries_.find(key.key);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (key.report_type == exportfile::ToWire(entry.latest.report_type)) ++entry.revised_seen;
  if (IsAltered(key, entry, entry.latest)) ++exported_altered_;
}

bool Ledger::IsAltered(const WireKey& key, const Entry& entry, const Weight& weight) {
  if (key.rolling_start != entry.start || key.rolling_period != entry.period) return true;
  // After an unclear answer nobody knows which of several uploads the server goes by.
  if (!entry.certain) return false;
  return key.report_type != exportfile::ToWire(weight.report_type) ||
         key.transmission_risk != weight.transmission_risk;
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
