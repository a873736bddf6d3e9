#include "phone/truth.h"

#include <algorithm>

namespace enks::phone {
namespace {

bool Covers(const SharedKey& key, Interval interval) {
  return key.start <= interval && interval.number < key.start.number + key.period;
}

Verdict VerdictOn(const Encounter& encounter, const SharedKey& key) {
  if (!Covers(key, encounter.sent)) return Verdict::kMustNot;
  if (!WithinTolerance(encounter.sent, encounter.heard)) return Verdict::kMustNot;
  if (!Phone::Remembers(encounter.heard, key.known_from)) return Verdict::kMustNot;
  if (!key.certain) return Verdict::kMay;
  if (key.revoked) return Verdict::kMustNot;
  return Phone::Remembers(encounter.heard, key.known_by) ? Verdict::kMust : Verdict::kMay;
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
