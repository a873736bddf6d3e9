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

Status KeyCollector::Read(const Visit& visit) {
  unusable_ = 0;
  return store_.ForEachKey(window_, pass_, selection_, [&](const store::ExportedKey& key) {
    const auto packed = Pack(key);
    if (packed) return visit(*packed);
    ++unusable_;
    return absl::OkStatus();
  });
}

Status KeyCollector::Load() {
  counts_.fill(0);
  count_ = 0;
  fits_ = true;
  keys_.clear();
  ENKS_TRY(Read([this](const PackedKey& key) {
    ++counts_[PrefixOf(key.key)];
    ++count_;
    if (fits_ && keys_.size() == keys_in_memory_max_) {
      fits_ = false;
      std::vector<PackedKey>().swap(keys_);
    }
    if (fits_) keys_.push_back(key);
    return absl::OkStatus();
  }));
  std::sort(keys_.begin(), keys_.end(), ByKeyData);
  return absl::OkStatus();
}

Status KeyCollector::ForEachSorted(const Visit& visit) {
  if (fits_) return VisitKept(visit);
  for (std::size_t first = 0; first < kPrefixes;) {
    const std::size_t end = RangeEnd(first);
    ENKS_TRY(ReadRange(first, end));
    ENKS_TRY(VisitKept(visit));
    first = end;
  }
  std::vector<PackedKey>().swap(keys_);
  return absl::OkStatus();
}

Status KeyCollector::VisitKept(const Visit& visit) {
  for (const PackedKey& key : keys_) ENKS_TRY(visit(key));
  return absl::OkStatus();
}

Status KeyCollector::ReadRange(std::size_t first, std::size_t end) {
  const std::size_t expected = CountIn(first, end);
  keys_.clear();
  keys_.reserve(expected);
  ENKS_TRY(Read([&](const PackedKey& key) {
    const std::size_t prefix = PrefixOf(key.key);
    if (prefix >= first && prefix < end) keys_.push_back(key);
    return absl::OkStatus();
  }));
  if (keys_.size() != expected) {
    return absl::AbortedError("the keys of the window changed while they were read");
  }
  std::sort(keys_.begin(), keys_.end(), ByKeyData);
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
