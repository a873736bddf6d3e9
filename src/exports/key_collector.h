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

// Keys held in memory at a time by one collector: 48 MB.
inline constexpr std::size_t kKeysInMemoryMax = 2'000'000;

// Reads the keys of one batch and pass in the order of their key data, in bounded memory. A small
// batch is read once. A large one is read once to count and then again for each range of first
// bytes that fits in memory: the order between ranges is that of the bytes, so nothing is merged
// and nothing is spilled to a disk where keys would linger. Key data is random, so ranges come out
// even; a single first byte is never divided. Owned by one export; not thread-safe.
class KeyCollector {
 public:
  using Visit = std::function<Status(const PackedKey&)>;

  KeyCollector(store::ReadOnlyStore& store, exposure::Window window, store::KeyPass pass,
               exposure::KeySelection selection, std::size_t keys_in_memory_max = kKeysInMemoryMax);

  // Counts the keys and keeps them if they fit. May be called again to read anew.
  Status Load();

  // As of the last Load().
  std::int64_t count() const { return count_; }
  // Keys left out because a stored value is outside what the protocol can mean.
  std::int64_t unusable() const { return unusable_; }
  // All keys, sorted, if they fit in memory; else none.
  const std::vector<PackedKey>& kept() const { return keys_; }

  // Calls `visit` for every key counted by Load(), ascending. kAborted if the keys have changed
  // since then (another export added padding to an overlapping window): start anew.
  Status ForEachSorted(const Visit& visit);

 private:
  static constexpr std::size_t kPrefixes = 256;

  Status Read(const Visit& visit);
  Status ReadRange(std::size_t first, std::size_t end);
  Status VisitKept(const Visit& visit);
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
  bool fits_ = true;
  std::vector<PackedKey> keys_;
};

}  // namespace enks::exports
