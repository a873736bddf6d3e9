#include "exposure/statistics.h"

#include <algorithm>
#include <string>

namespace enks::exposure {
namespace {

template <std::size_t kSize>
void Add(std::array<std::int64_t, kSize>& to, const std::array<std::int64_t, kSize>& from) {
  for (std::size_t i = 0; i < kSize; ++i) to[i] += from[i];
}

// The last bucket takes all that is older. `days` is not negative.
template <std::size_t kSize>
void CountDays(std::array<std::int64_t, kSize>& buckets, std::int64_t days) {
  ++buckets[std::min<std::size_t>(static_cast<std::size_t>(days), kSize - 1)];
}

// New to the server: stored, or a negative result that is acknowledged and not stored.
bool IsNew(KeyAction action) {
  return action == KeyAction::kInsert || action == KeyAction::kNegative;
}

// The age of the oldest new key, in days; nothing if there is none, or none in the past.
std::optional<std::int64_t> OldestAge(const UploadFacts& facts,
                                      const std::vector<AcceptedKey>& keys,
                                      const Decision& decision) {
  std::optional<std::int64_t> oldest;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!IsNew(decision.actions[i])) continue;
    const std::int64_t age = DaysBetween(keys[i].rolling_start, IntervalAt(facts.received_at));
    if (age >= 0 && age > oldest.value_or(-1)) oldest = age;
  }
  return oldest;
}

}  // namespace

Platform PlatformOf(std::string_view user_agent) {
  std::string lower(user_agent);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
  if (has("android")) return Platform::kAndroid;
  if (has("iphone") || (has("bluetoothd") && has("cfnetwork"))) return Platform::kIos;
  return Platform::kUnknown;
}

HourCounts& HourCounts::operator+=(const HourCounts& other) {
  Add(uploads, other.uploads);
  keys += other.keys;
  uploads_with_revisions += other.uploads_with_revisions;
  uploads_without_onset += other.uploads_without_onset;
  Add(key_ages, other.key_ages);
  Add(onset_ages, other.onset_ages);
  return *this;
}

std::optional<HourCounts> CountUpload(const UploadFacts& facts,
                                      const std::vector<AcceptedKey>& keys,
                                      const Decision& decision) {
  const bool has_new = std::ranges::any_of(decision.actions, IsNew);
  if (decision.refusal != Refusal::kNone || (!has_new && decision.revised == 0)) {
    return std::nullopt;
  }
  HourCounts counts;
  counts.uploads[static_cast<std::size_t>(facts.platform)] = 1;
  counts.keys = decision.inserted + decision.revised;
  counts.uploads_with_revisions = decision.revised > 0 ? 1 : 0;
  if (!has_new) return counts;
  if (const auto age = OldestAge(facts, keys, decision)) CountDays(counts.key_ages, *age);
  if (!facts.onset_days_ago) {
    counts.uploads_without_onset = 1;
  } else if (*facts.onset_days_ago >= 0) {
    CountDays(counts.onset_ages, *facts.onset_days_ago);
  }
  return counts;
}

}  // namespace enks::exposure
