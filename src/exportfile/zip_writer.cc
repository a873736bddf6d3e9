#include "exportfile/zip_writer.h"

#include <fmt/core.h>
#include <isa-l/crc.h>

#include "base/check.h"

namespace enks::exportfile {
namespace {

using base::Bytes;

// PKWARE APPNOTE 6.3.3: section 4.3.7 local header, 4.3.9 data descriptor, 4.3.12 central
// directory, 4.3.16 its end.
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kDescriptorSignature = 0x08074b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint16_t kVersion20 = 20;              // deflate needs 2.0
constexpr std::uint16_t kSizesInDescriptor = 0x0008;  // general purpose bit 3
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint16_t kNoTime = 0;
constexpr std::uint16_t kNone = 0;  // extra fields, comments, disks, attributes

void Put16(std::uint16_t value, Bytes& out) {
  out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}

// Sizes were checked against the 4 GiB limit when they grew.
void Put32(std::uint64_t value, Bytes& out) {
  ENKS_CHECK(value <= kZipBytesMax);
  Put16(static_cast<std::uint16_t>(value), out);
  Put16(static_cast<std::uint16_t>(value >> 16), out);
}

// What local header and central directory have in common up to the checksum.
void PutMethod(Bytes& out) {
  Put16(kVersion20, out);
  Put16(kSizesInDescriptor, out);
  Put16(kDeflated, out);
  Put16(kNoTime, out);
  Put16(kNoTime, out);
}

void PutText(std::string_view text, Bytes& out) {
  out.insert(out.end(), text.begin(), text.end());
}

}  // namespace

Status ZipWriter::CheckSize(std::uint64_t bytes) const {
  if (bytes <= bytes_max_) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      fmt::format("an export file of more than {} bytes cannot be written; phones take 16 MB: "
                  "lower the number of keys in a file",
                  bytes_max_));
}

Status ZipWriter::Append(base::ByteView bytes) {
  ENKS_TRY(CheckSize(size_bytes_ + bytes.size()));
  ENKS_TRY(out_.Append(bytes));
  size_bytes_ += bytes.size();
  return absl::OkStatus();
}

Status ZipWriter::BeginEntry(std::string_view name) {
  ENKS_CHECK(!deflate_);
  entries_.push_back({.name = std::string(name), .offset = size_bytes_});
  Bytes header;
  Put32(kLocalSignature, header);
  PutMethod(header);
  Put32(0, header);  // checksum and sizes are in the descriptor
  Put32(0, header);
  Put32(0, header);
  Put16(static_cast<std::uint16_t>(name.size()), header);
  Put16(kNone, header);
  PutText(name, header);
  ENKS_TRY(Append(header));
  deflate_.emplace(out_);
  return absl::OkStatus();
}

Status ZipWriter::Write(base::ByteView bytes) {
  ENKS_CHECK(deflate_.has_value());
  Entry& entry = entries_.back();
  entry.plain_bytes += bytes.size();
  ENKS_TRY(CheckSize(entry.plain_bytes));
  entry.crc = crc32_gzip_refl(entry.crc, bytes.data(), bytes.size());
  ENKS_TRY(deflate_->Write(bytes));
  return CheckSize(size_bytes_ + deflate_->compressed_bytes());
}

Status ZipWriter::EndEntry() {
  ENKS_CHECK(deflate_.has_value());
  ENKS_TRY(deflate_->Finish());
  Entry& entry = entries_.back();
  entry.compressed_bytes = deflate_->compressed_bytes();
  size_bytes_ += entry.compressed_bytes;
  deflate_.reset();
  ENKS_TRY(CheckSize(size_bytes_));
  Bytes descriptor;
  Put32(kDescriptorSignature, descriptor);
  Put32(entry.crc, descriptor);
  Put32(entry.compressed_bytes, descriptor);
  Put32(entry.plain_bytes, descriptor);
  return Append(descriptor);
}

Status ZipWriter::Finish() {
  ENKS_CHECK(!deflate_);
  const std::uint64_t directory_offset = size_bytes_;
  Bytes directory;
  for (const Entry& entry : entries_) {
    Put32(kCentralSignature, directory);
    Put16(kVersion20, directory);  // made by: FAT attributes, of which there are none
    PutMethod(directory);
    Put32(entry.crc, directory);
    Put32(entry.compressed_bytes, directory);
    Put32(entry.plain_bytes, directory);
    Put16(static_cast<std::uint16_t>(entry.name.size()), directory);
    for (int i = 0; i < 4; ++i) Put16(kNone, directory);  // extra, comment, disk, attributes
    Put32(0, directory);                                  // external attributes
    Put32(entry.offset, directory);
    PutText(entry.name, directory);
  }
  const std::uint64_t directory_bytes = directory.size();
  Put32(kEndSignature, directory);
  Put16(kNone, directory);  // number of this disk
  Put16(kNone, directory);  // disk of the directory
  Put16(static_cast<std::uint16_t>(entries_.size()), directory);
  Put16(static_cast<std::uint16_t>(entries_.size()), directory);
  Put32(directory_bytes, directory);
  Put32(directory_offset, directory);
  Put16(kNone, directory);  // comment
  return Append(directory);
}

}  // namespace enks::exportfile
