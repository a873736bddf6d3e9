#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "exports/packed_key.h"
#include "store/store.h"

namespace enks::exports {

// Keys held in memory at a time by the collectors of a batch: 96 MB together. Revised keys are few.
inline constexpr std::size_t kPrimaryKeysInMemoryMax = 3'000'000;
inline constexpr std::size_t kRevisedKeysInMemoryMax = 1'000'000;

// Reads the keys of one batch and pass in the order of their key data, in bounded memory. A small
// batch is read once. Of a large one the first read counts all and holds the keys with the lowest
// first bytes, as many as fit; then it is read again for each further range of first bytes. The
// order between ranges is that of the bytes, so nothing is merged and nothing is spilled to a disk
// where keys would linger. Key data is random, so ranges come out even; a single first byte is
// never divided. Owned by one export; not thread-safe.
class KeyCollector {
 public:
  using Visit = std::function<Status(const PackedKey&)>;
  using Witness = std::function<void(const store::ExportedKey&, const PackedKey&)>;

  KeyCollector(store::ReadOnlyStore& store, exposure::Window window, store::KeyPass pass,
               exposure::KeySelection selection, std::size_t keys_in_memory_max);

  // Counts the keys and holds what fits, and shows each to `witness`, if there is one. May be
  // called again to read anew.
  Status Load(const Witness& witness = nullptr);

  // As of the last Load().
  std::int64_t count() const { return count_; }
  // Keys left out because a stored value is outside what the protocol can mean.
  std::int64_t unusable() const { return unusable_; }

  // Calls `visit` for every key counted by Load(), ascending. kAborted if the keys have changed
  // since then (another export added padding to an overlapping window): start anew.
  Status ForEachSorted(const Visit& visit);

 private:
  static constexpr std::size_t kPrefixes = 256;

  Status Read(const Witness& witness);
  void Hold(const PackedKey& key);
  Status ReadRange(std::size_t first, std::size_t end);
  Status VisitHeld(const Visit& visit);
  std::size_t RangeEnd(std::size_t first) const;
  std::size_t CountIn(std::size_t first, std::size_t end) const;

  store::ReadOnlyStore& store_;
  const exposure::Window window_;
  const store::KeyPass pass_;
  const exposure::KeySelection selection_;
  const std::size_t keys_in_memory_max_;

  std::array<std::size_t, kPrefixes> counts_{};
  std::int64_t count_ = 0;
  std::int64_t unusable_ = 0;
  // Between Load() and ForEachSorted() all keys are held whose first byte is below this.
  std::size_t held_end_ = 0;
  std::vector<PackedKey> held_;
};

}  // namespace enks::exports
