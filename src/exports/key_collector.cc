#include "exports/key_collector.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace enks::exports {
namespace {

std::size_t PrefixOf(const exposure::KeyData& key) {
  return key.bytes().front();
}

bool ByKeyData(const PackedKey& a, const PackedKey& b) {
  return a.key < b.key;
}

}  // namespace

KeyCollector::KeyCollector(store::ReadOnlyStore& store, exposure::Window window,
                           store::KeyPass pass, exposure::KeySelection selection,
                           std::size_t keys_in_memory_max)
    : store_(store),
      window_(window),
      pass_(pass),
      selection_(std::move(selection)),
      keys_in_memory_max_(keys_in_memory_max) {}

Status KeyCollector::Read(const Witness& witness) {
  unusable_ = 0;
  return store_.ForEachKey(window_, pass_, selection_, [&](const store::ExportedKey& key) {
    const auto packed = Pack(key);
    if (packed) {
      witness(key, *packed);
    } else {
      ++unusable_;
    }
    return absl::OkStatus();
  });
}

Status KeyCollector::Load(const Witness& witness) {
  counts_.fill(0);
  count_ = 0;
  held_.clear();
  held_end_ = kPrefixes;
  // At once, so that no second copy is made while it grows. What is not touched takes no memory.
  held_.reserve(keys_in_memory_max_);
  ENKS_TRY(Read([&](const store::ExportedKey& key, const PackedKey& packed) {
    if (witness) witness(key, packed);
    ++counts_[PrefixOf(packed.key)];
    ++count_;
    Hold(packed);
  }));
  std::sort(held_.begin(), held_.end(), ByKeyData);
  return absl::OkStatus();
}

// When there is no room, the upper half of the first bytes goes.
void KeyCollector::Hold(const PackedKey& key) {
  if (PrefixOf(key.key) >= held_end_) return;
  while (held_.size() >= keys_in_memory_max_ && held_end_ > 1) {
    held_end_ /= 2;
    std::erase_if(held_, [&](const PackedKey& held) { return PrefixOf(held.key) >= held_end_; });
  }
  if (PrefixOf(key.key) < held_end_) held_.push_back(key);
}

Status KeyCollector::ForEachSorted(const Visit& visit) {
  if (held_end_ == kPrefixes) return VisitHeld(visit);
  std::size_t first = std::exchange(held_end_, 0);
  if (first > 0) ENKS_TRY(VisitHeld(visit));
  while (first < kPrefixes) {
    const std::size_t end = RangeEnd(first);
    ENKS_TRY(ReadRange(first, end));
    ENKS_TRY(VisitHeld(visit));
    first = end;
  }
  std::vector<PackedKey>().swap(held_);
  return absl::OkStatus();
}

Status KeyCollector::VisitHeld(const Visit& visit) {
  for (const PackedKey& key : held_) ENKS_TRY(visit(key));
  return absl::OkStatus();
}

Status KeyCollector::ReadRange(std::size_t first, std::size_t end) {
  const std::size_t expected = CountIn(first, end);
  held_.clear();
  held_.reserve(expected);
  ENKS_TRY(Read([&](const store::ExportedKey&, const PackedKey& key) {
    const std::size_t prefix = PrefixOf(key.key);
    if (prefix >= first && prefix < end) held_.push_back(key);
  }));
  if (held_.size() != expected) {
    return absl::AbortedError("the keys of the window changed while they were read");
  }
  std::sort(held_.begin(), held_.end(), ByKeyData);
  return absl::OkStatus();
}

// At least one prefix, and as many more as fit.
std::size_t KeyCollector::RangeEnd(std::size_t first) const {
  std::size_t end = first + 1;
  std::size_t keys = counts_[first];
  while (end < kPrefixes && keys + counts_[end] <= keys_in_memory_max_) keys += counts_[end++];
  return end;
}

std::size_t KeyCollector::CountIn(std::size_t first, std::size_t end) const {
  return std::accumulate(counts_.begin() + static_cast<std::ptrdiff_t>(first),
                         counts_.begin() + static_cast<std::ptrdiff_t>(end), std::size_t{0});
}

}  // namespace enks::exports
