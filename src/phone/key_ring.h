#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/random.h"
#include "exposure/tek.h"

namespace enks::phone {

using base::UnixTime;
using exposure::Interval;
using exposure::KeyData;

// How long a phone keeps its own keys and what it heard: "The device stores ... for 14 days".
inline constexpr std::chrono::days kRetention{14};

// One temporary exposure key of this phone and the intervals in which it is broadcast.
struct Tek {
  KeyData key;
  Interval start;
  std::int32_t period = exposure::kRollingPeriodMax;

  // The first interval in which the key is no longer valid.
  Interval End() const { return Interval{start.number + period}; }
  bool Covers(Interval interval) const { return start <= interval && interval < End(); }
};

// What becomes of the key in use when its owner shares keys.
enum class TodaysKey {
  kExclude,   // stays at home; a later upload may bring it
  kTruncate,  // is shared up to the current interval and at once replaced by a new key
  kWhole,     // is shared with its full period: the server must hold it back until it has ended
};

// The keys of one phone. A key is rolled at each UTC midnight (specification v1.2, "Temporary
// Exposure Key": EKRollingPeriod is 144 intervals, aligned to days) and forgotten 14 days after its
// end. Not thread-safe.
class KeyRing {
 public:
  // `random` outlives the ring.
  explicit KeyRing(base::Random& random) : random_(random) {}

  // The key that is broadcast in `interval`, made now if none is. Asking for an interval before the
  // newest key is a broken invariant: a phone's time does not run back. The reference is good until
  // the next call.
  const Tek& KeyAt(Interval interval);

  // The keys a diagnosed user shares at `now`, oldest first: those that were in use in the last 14
  // days. A key whose truncated period would be empty is left out.
  std::vector<Tek> Share(UnixTime now, TodaysKey today);

  // Drops keys that ended more than 14 days before `now`.
  void Forget(UnixTime now);

 private:
  base::Random& random_;
  std::deque<Tek> keys_;  // by start
};

}  // namespace enks::phone
