#include "phone/matcher.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace enks::phone {
namespace {

using exportfile::WireKey;
using exportfile::WireReportType;

bool IsUsable(const WireKey& key) {
  return key.rolling_start.number >= 0 && key.rolling_period >= 1 &&
         key.rolling_period <= exposure::kRollingPeriodMax;
}

void MatchPhone(const IdentifierTable& table, KeyList list, const MatchTarget& phone) {
  for (const Sighting& sighting : phone.sightings) {
    const auto hit = table.Find(sighting.beacon.identifier);
    if (!hit || !WithinTolerance(hit->sent, sighting.at)) continue;
    phone.book->Note(*hit->key, list, sighting.at);
  }
}

void MatchList(std::span<const WireKey> keys, KeyList list, std::span<const MatchTarget> phones) {
  while (!keys.empty()) {
    const std::size_t count = std::min(keys.size(), IdentifierTable::kKeysMax);
    const IdentifierTable table(keys.first(count));
    for (const MatchTarget& phone : phones) MatchPhone(table, list, phone);
    keys = keys.subspan(count);
  }
}

}  // namespace

bool WithinTolerance(Interval sent, Interval heard) {
  const std::int64_t apart = std::int64_t{heard.number} - sent.number;
  return -kToleranceIntervals <= apart && apart <= kToleranceIntervals;
}

void ExposureBook::Note(const WireKey& key, KeyList list, Interval heard) {
  auto [entry, is_new] = exposures_.try_emplace(key.key);
  Exposure& exposure = entry->second;
  exposure.first_heard = is_new ? heard : std::min(exposure.first_heard, heard);
  exposure.last_heard = is_new ? heard : std::max(exposure.last_heard, heard);
  if (exposure.revised && list == KeyList::kPrimary) return;
  exposure.report_type = key.report_type;
  exposure.revised = list == KeyList::kRevised;
}

void ExposureBook::Revise(const WireKey& key) {
  const auto found = exposures_.find(key.key);
  if (found == exposures_.end()) return;
  found->second.report_type = key.report_type;
  found->second.revised = true;
}

bool ExposureBook::Notifies() const {
  return std::any_of(exposures_.begin(), exposures_.end(), [](const auto& entry) {
    return entry.second.report_type != WireReportType::kRevoked;
  });
}

const Exposure* ExposureBook::Find(const KeyData& key) const {
  const auto found = exposures_.find(key);
  return found == exposures_.end() ? nullptr : &found->second;
}

IdentifierTable::IdentifierTable(std::span<const WireKey> keys) {
  ENKS_CHECK(keys.size() <= kKeysMax);
  std::size_t total = 0;
  for (const WireKey& key : keys) {
    if (!IsUsable(key)) continue;
    runs_.push_back(Run{.begin = total, .key = &key});
    total += static_cast<std::size_t>(key.rolling_period);
  }
  identifiers_.resize(total);
  for (const Run& run : runs_) {
    const auto period = static_cast<std::size_t>(run.key->rolling_period);
    DeriveIdentifiers(run.key->key, run.key->rolling_start,
                      std::span(identifiers_).subspan(run.begin, period));
  }
  slots_.resize(std::bit_ceil(2 * total + 1));
  for (std::size_t i = 0; i < total; ++i) Add(static_cast<std::uint32_t>(i));
}

void IdentifierTable::Add(std::uint32_t entry) {
  std::size_t slot = SlotOf(identifiers_[entry]);
  while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = entry + 1;
}

// Identifiers are AES output, so any of their bytes are as good as a hash.
std::size_t IdentifierTable::SlotOf(const ProximityId& identifier) const {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, identifier.data(), sizeof prefix);
  return static_cast<std::size_t>(prefix) & (slots_.size() - 1);
}

std::optional<IdentifierTable::Hit> IdentifierTable::Find(const ProximityId& identifier) const {
  std::size_t slot = SlotOf(identifier);
  while (slots_[slot] != 0 && identifiers_[slots_[slot] - 1] != identifier) {
    slot = (slot + 1) & (slots_.size() - 1);
  }
  if (slots_[slot] == 0) return std::nullopt;
  const std::size_t entry = slots_[slot] - 1;
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), entry,
                                      [](std::size_t e, const Run& run) { return e < run.begin; });
  const Run& run = *std::prev(after);
  const auto offset = static_cast<std::int32_t>(entry - run.begin);
  return Hit{.key = run.key, .sent = Interval{run.key->rolling_start.number + offset}};
}

void MatchFile(const exportfile::ExportFileContent& file, std::span<const MatchTarget> phones) {
  MatchList(file.keys, KeyList::kPrimary, phones);
  MatchList(file.revised_keys, KeyList::kRevised, phones);
  for (const MatchTarget& phone : phones) {
    if (phone.book->size() == 0) continue;
    for (const WireKey& key : file.revised_keys) phone.book->Revise(key);
  }
}

}  // namespace enks::phone
