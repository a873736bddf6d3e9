#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/runs/key_record.h"

// The bytes of a run: fixed-size records in the order of their key data, then a checksum.
// docs/formats/key-run.md describes them; this is the only place that reads or writes them.
namespace enks::store::runs {

inline constexpr std::int64_t kRunFormat = 1;
inline constexpr std::size_t kRecordBytes = 30;
inline constexpr std::size_t kChecksumBytes = 4;

// A run's bytes, checked, without owning them. A value; valid as long as the bytes are.
class RunView {
 public:
  // Checks everything that can be checked. kDataLoss says what is wrong, never what was read.
  static Result<RunView> Read(std::int64_t format, base::ByteView bytes);

  std::size_t size() const { return (bytes_.size() - kChecksumBytes) / kRecordBytes; }
  // `index` is below size().
  KeyRecord At(std::size_t index) const;
  exposure::KeyData KeyAt(std::size_t index) const;
  std::optional<KeyRecord> Find(const exposure::KeyData& key) const;
  base::ByteView bytes() const { return bytes_; }

 private:
  friend class PackedRun;
  explicit RunView(base::ByteView bytes) : bytes_(bytes) {}
  base::ByteView RecordAt(std::size_t index) const {
    return bytes_.subspan(index * kRecordBytes, kRecordBytes);
  }

  base::ByteView bytes_;
};

// A run in memory. A value. Immutable once made, so any thread may read it.
class PackedRun {
 public:
  // Key data must be distinct, within one run and in what is merged: a broken invariant otherwise.
  static PackedRun Of(std::vector<KeyRecord> records);
  static PackedRun CopyOf(const RunView& run);
  static PackedRun Merge(const RunView& a, const RunView& b);

  // Deals the records out, one to each in turn, over the fewest runs of at most `keys_max` records.
  // Every run gets every n-th record in key order, which is chance: none is the run of the newest
  // or of one phone's keys.
  std::vector<PackedRun> Deal(std::size_t keys_max) const;

  RunView view() const { return RunView(bytes_); }
  std::size_t size() const { return view().size(); }

 private:
  // Completes `records` with the checksum.
  explicit PackedRun(base::Bytes records);

  base::Bytes bytes_;
};

}  // namespace enks::store::runs
