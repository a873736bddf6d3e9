#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "base/result.h"
#include "exportfile/deflate.h"

namespace enks::exportfile {

// Without zip64 every size and offset is 32 bits (PKWARE APPNOTE 6.3.3, section 4.4). Phones take
// 16 MB, so there is nothing to gain beyond.
inline constexpr std::uint64_t kZipBytesMax = std::numeric_limits<std::uint32_t>::max();

// Writes a zip as a stream, entry by entry, each deflated. Sizes and checksum follow the data, and
// times are zero, so the bytes depend on nothing but the content (spec/export-file.md section 1).
// After a failure the file is of no use. Not thread-safe.
class ZipWriter {
 public:
  // `out` is empty and outlives the writer. kResourceExhausted once an entry or the zip would be
  // larger than `bytes_max`.
  explicit ZipWriter(base::PendingFile& out, std::uint64_t bytes_max = kZipBytesMax)
      : out_(out), bytes_max_(bytes_max) {}

  // Begin, Write as often as there are bytes, End; then the next entry, or Finish.
  Status BeginEntry(std::string_view name);
  Status Write(base::ByteView bytes);
  Status EndEntry();
  Status Finish();

  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  struct Entry {
    std::string name;
    std::uint64_t offset = 0;
    std::uint32_t crc = 0;
    std::uint64_t compressed_bytes = 0;
    std::uint64_t plain_bytes = 0;
  };

  Status Append(base::ByteView bytes);
  Status CheckSize(std::uint64_t bytes) const;

  base::PendingFile& out_;
  const std::uint64_t bytes_max_;
  std::vector<Entry> entries_;
  std::optional<DeflateStream> deflate_;  // of the open entry
  std::uint64_t size_bytes_ = 0;
};

}  // namespace enks::exportfile
