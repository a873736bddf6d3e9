#pragma once

#include <absl/container/inlined_vector.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/runs/key_record.h"

namespace enks::store::runs {

// Which run may hold a key: a table in memory from the key's hash (KeyHash) to run numbers, 12
// bytes a slot. Between growing at three quarters full and one half after it that is 16 to 24 bytes
// a key. It keeps no key data: an entry is a hint, and whoever finds one looks into that run. Two
// keys with the same hash are two entries. Not thread-safe.
//
// The table is cut in 256 parts by the first byte of the hash. Each part grows on its own, to one
// and a half times its size, so growing neither needs a second copy of the whole nor takes long.
class KeyIndex {
 public:
  // Makes room for that many keys, so that loading them does not grow the table step by step.
  void Reserve(std::size_t keys);

  // Does nothing if the entry is there.
  void Add(std::uint64_t hash, RunId run);
  // Nothing happens if the entry is not there.
  void Erase(std::uint64_t hash, RunId run);

  // The runs that may hold a key with this hash: nearly always none or one.
  using Candidates = absl::InlinedVector<RunId, 2>;
  Candidates Find(std::uint64_t hash) const;

  // Erases every entry whose run is not in `runs`, which is sorted.
  void KeepOnly(const std::vector<RunId>& runs);

  void Clear();
  std::size_t size() const;    // entries
  std::size_t memory() const;  // bytes of all slots

 private:
  // Three words of 32 bits, since 64-bit alignment would cost four bytes a slot.
  struct Slot {
    std::uint32_t hash_low = 0;
    std::uint32_t hash_high = 0;
    RunId run = kNoRun;  // kNoRun: the slot is free

    bool Holds(std::uint64_t hash) const {
      return hash_low == static_cast<std::uint32_t>(hash) &&
             hash_high == static_cast<std::uint32_t>(hash >> 32);
    }
  };
  static_assert(sizeof(Slot) == 12);

  // Open addressing with linear probing; an entry lies at its home slot or after it, with no free
  // slot in between.
  class Part {
   public:
    void Reserve(std::size_t entries);
    void Add(std::uint64_t hash, RunId run);
    void Erase(std::uint64_t hash, RunId run);
    void Find(std::uint64_t hash, Candidates& runs) const;
    template <typename Predicate>
    void EraseIf(Predicate is_stale);

    std::size_t size() const { return size_; }
    std::size_t memory() const { return slots_.size() * sizeof(Slot); }

   private:
    std::size_t HomeOf(const Slot& slot) const;
    std::size_t After(std::size_t at) const { return at + 1 == slots_.size() ? 0 : at + 1; }
    std::size_t FindSlot(std::uint64_t hash, RunId run) const;
    void Resize(std::size_t slots);
    void Place(const Slot& slot);
    void EraseAt(std::size_t at);

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
  };

  Part& PartOf(std::uint64_t hash) { return parts_[hash >> 56]; }
  const Part& PartOf(std::uint64_t hash) const { return parts_[hash >> 56]; }

  std::array<Part, 256> parts_;
};

}  // namespace enks::store::runs
