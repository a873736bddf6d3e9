#include "phone/key_ring.h"

#include <algorithm>

#include "base/check.h"

namespace enks::phone {

const Tek& KeyRing::KeyAt(Interval interval) {
  if (!keys_.empty() && keys_.back().Covers(interval)) return keys_.back();
  ENKS_CHECK(keys_.empty() || keys_.back().End() <= interval);

  const UnixTime midnight = exposure::UtcMidnight(exposure::StartOf(interval));
  Interval start = exposure::IntervalAt(midnight);
  const std::int32_t end = start.number + exposure::kRollingPeriodMax;
  // After a truncation the new key takes over where the shared one stopped, and ends at midnight.
  if (!keys_.empty()) start = std::max(start, keys_.back().End());

  std::array<std::uint8_t, KeyData::kSize> bytes;
  random_.Fill(bytes);
  keys_.push_back(Tek{.key = KeyData(bytes), .start = start, .period = end - start.number});
  return keys_.back();
}

std::vector<Tek> KeyRing::Share(UnixTime now, TodaysKey today) {
  Forget(now);
  const Interval current = exposure::IntervalAt(now);
  std::vector<Tek> shared(keys_.begin(), keys_.end());
  if (shared.empty() || !shared.back().Covers(current) || today == TodaysKey::kWhole) return shared;

  const std::int32_t used = current.number - shared.back().start.number;
  if (today == TodaysKey::kExclude || used == 0) {
    shared.pop_back();
    return shared;
  }
  keys_.back().period = used;
  shared.back().period = used;
  return shared;
}

void KeyRing::Forget(UnixTime now) {
  const Interval oldest = exposure::IntervalAt(now - kRetention);
  while (!keys_.empty() && keys_.front().End() <= oldest) keys_.pop_front();
}

}  // namespace enks::phone
