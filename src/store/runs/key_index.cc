#include "store/runs/key_index.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace enks::store::runs {
namespace {

constexpr std::size_t kSlotsMin = 8;
// Above three quarters full the walks of linear probing become long.
constexpr std::size_t kLoadNumerator = 3;
constexpr std::size_t kLoadDenominator = 4;

std::size_t SlotsFor(std::size_t entries) {
  return std::max(kSlotsMin, entries * kLoadDenominator / kLoadNumerator + 1);
}

}  // namespace

// The first byte of the hash chose the part, so the home slot comes from the 32 bits after it:
// scaled to the number of slots, which need not be a power of two.
std::size_t KeyIndex::Part::HomeOf(const Slot& slot) const {
  const std::uint32_t bits = slot.hash_high << 8 | slot.hash_low >> 24;
  return static_cast<std::size_t>((std::uint64_t{bits} * slots_.size()) >> 32);
}

// The slot that holds the entry, or the free slot where the walk for it ends. There must be slots.
std::size_t KeyIndex::Part::FindSlot(std::uint64_t hash, RunId run) const {
  const Slot wanted{static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32), run};
  std::size_t at = HomeOf(wanted);
  while (slots_[at].run != kNoRun && !(slots_[at].Holds(hash) && slots_[at].run == run)) {
    at = After(at);
  }
  return at;
}

void KeyIndex::Part::Find(std::uint64_t hash, Candidates& runs) const {
  if (slots_.empty()) return;
  const Slot wanted{static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32)};
  for (std::size_t at = HomeOf(wanted); slots_[at].run != kNoRun; at = After(at)) {
    if (slots_[at].Holds(hash)) runs.push_back(slots_[at].run);
  }
}

void KeyIndex::Part::Reserve(std::size_t entries) {
  if (entries > 0 && SlotsFor(entries) > slots_.size()) Resize(SlotsFor(entries));
}

void KeyIndex::Part::Add(std::uint64_t hash, RunId run) {
  ENKS_CHECK(run != kNoRun);
  if ((size_ + 1) * kLoadDenominator > slots_.size() * kLoadNumerator) {
    Resize(std::max(kSlotsMin, slots_.size() + slots_.size() / 2));
  }
  Slot& slot = slots_[FindSlot(hash, run)];
  if (slot.run != kNoRun) return;
  slot = {static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32), run};
  ++size_;
}

void KeyIndex::Part::Erase(std::uint64_t hash, RunId run) {
  if (slots_.empty()) return;
  const std::size_t at = FindSlot(hash, run);
  if (slots_[at].run != kNoRun) EraseAt(at);
}

// Frees the slot and moves the entries behind it up, so that no walk from a home slot to its entry
// meets a free slot (Knuth, volume 3, section 6.4, algorithm R).
void KeyIndex::Part::EraseAt(std::size_t at) {
  std::size_t hole = at;
  for (std::size_t next = After(hole); slots_[next].run != kNoRun; next = After(next)) {
    const std::size_t home = HomeOf(slots_[next]);
    const bool home_lies_between =
        hole <= next ? hole < home && home <= next : hole < home || home <= next;
    if (home_lies_between) continue;
    slots_[hole] = slots_[next];
    hole = next;
  }
  slots_[hole] = {};
  --size_;
}

void KeyIndex::Part::Resize(std::size_t slots) {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots));
  for (const Slot& slot : old) {
    if (slot.run != kNoRun) Place(slot);
  }
}

void KeyIndex::Part::Place(const Slot& slot) {
  std::size_t at = HomeOf(slot);
  while (slots_[at].run != kNoRun) at = After(at);
  slots_[at] = slot;
}

// An erased slot is looked at again, for the entry that moved into it.
template <typename Predicate>
void KeyIndex::Part::EraseIf(Predicate is_stale) {
  for (std::size_t at = 0; at < slots_.size();) {
    if (slots_[at].run != kNoRun && is_stale(slots_[at].run)) {
      EraseAt(at);
    } else {
      ++at;
    }
  }
}

void KeyIndex::Reserve(std::size_t keys) {
  // Hashes spread keys evenly but for chance; six standard deviations are more than it ever adds.
  const double share = static_cast<double>(keys) / static_cast<double>(parts_.size());
  for (Part& part : parts_) part.Reserve(static_cast<std::size_t>(share + 6 * std::sqrt(share)));
}

void KeyIndex::Add(std::uint64_t hash, RunId run) {
  PartOf(hash).Add(hash, run);
}

void KeyIndex::Erase(std::uint64_t hash, RunId run) {
  PartOf(hash).Erase(hash, run);
}

KeyIndex::Candidates KeyIndex::Find(std::uint64_t hash) const {
  Candidates runs;
  PartOf(hash).Find(hash, runs);
  return runs;
}

void KeyIndex::KeepOnly(const std::vector<RunId>& runs) {
  if (runs.empty()) return Clear();
  // Run numbers are given in sequence and deleted oldest first, so those alive lie close together.
  const RunId first = runs.front();
  std::vector<bool> alive(runs.back() - first + 1);
  for (const RunId run : runs) alive[run - first] = true;
  for (Part& part : parts_) {
    part.EraseIf([&](RunId run) {
      return run < first || run - first >= alive.size() || !alive[run - first];
    });
  }
}

void KeyIndex::Clear() {
  parts_ = {};
}

std::size_t KeyIndex::size() const {
  std::size_t size = 0;
  for (const Part& part : parts_) size += part.size();
  return size;
}

std::size_t KeyIndex::memory() const {
  std::size_t memory = 0;
  for (const Part& part : parts_) memory += part.memory();
  return memory;
}

}  // namespace enks::store::runs
