#include "phone/truth.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace enks::phone {
namespace {

// Written down once more, in seconds, although the phones have them too (matcher.h, key_ring.h):
// what is proved with the same constant as it was made with is not proved.
// Cryptography specification v1.2: intervals of ten minutes, a tolerance of two hours both ways, 14
// days of memory.
constexpr std::int64_t kIntervalSeconds = 10 * 60;
constexpr std::int64_t kToleranceSeconds = 2 * 3600;
constexpr std::int64_t kMemorySeconds = 14 * 24 * 3600;

std::int64_t SecondsOf(Interval interval) {
  return interval.number * kIntervalSeconds;
}

bool WasSentWith(const SharedKey& key, Interval sent) {
  const std::int64_t age = SecondsOf(sent) - SecondsOf(key.start);
  return age >= 0 && age < key.period * kIntervalSeconds;
}

bool IsNearInTime(Interval sent, Interval heard) {
  return std::abs(SecondsOf(heard) - SecondsOf(sent)) <= kToleranceSeconds;
}

// Whether some of the interval in which it was heard is no older than a phone remembers.
bool IsRemembered(Interval heard, UnixTime now) {
  const std::int64_t heard_until = SecondsOf(heard) + kIntervalSeconds;
  return heard_until > now.time_since_epoch().count() - kMemorySeconds;
}

Verdict VerdictOn(const Encounter& encounter, const SharedKey& key) {
  if (!WasSentWith(key, encounter.sent)) return Verdict::kMustNot;
  if (!IsNearInTime(encounter.sent, encounter.heard)) return Verdict::kMustNot;
  if (!IsRemembered(encounter.heard, key.known_from)) return Verdict::kMustNot;
  if (!key.certain) return Verdict::kMay;
  if (key.revoked) return Verdict::kMustNot;
  return IsRemembered(encounter.heard, key.known_by) ? Verdict::kMust : Verdict::kMay;
}

}  // namespace

std::vector<Verdict> FindTruth(int phones, const std::vector<Encounter>& encounters,
                               const std::vector<SharedKey>& keys) {
  const auto count = static_cast<std::size_t>(phones);
  std::vector<std::vector<SharedKey>> by_sender(count);
  for (const SharedKey& key : keys) by_sender[static_cast<std::size_t>(key.sender)].push_back(key);

  std::vector<Verdict> verdicts(count, Verdict::kMustNot);
  for (const Encounter& encounter : encounters) {
    Verdict& verdict = verdicts[static_cast<std::size_t>(encounter.listener)];
    for (const SharedKey& key : by_sender[static_cast<std::size_t>(encounter.sender)]) {
      verdict = std::max(verdict, VerdictOn(encounter, key));
    }
  }
  return verdicts;
}

}  // namespace enks::phone
