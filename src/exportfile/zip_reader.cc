#include "exportfile/zip_reader.h"

#include <fmt/core.h>
#include <zip.h>

#include <string>

namespace enks::exportfile {
namespace {

// Inflated at a time. A bomb costs as much as `bytes_max` and this, whatever its size.
constexpr std::size_t kStepBytes = 64 * 1024;

// Other entries are ignored, but so many of them are an attack or a mistake.
constexpr std::int64_t kEntriesMax = 100;

Status Fault(std::string_view what, std::string_view name) {
  return absl::InvalidArgumentError(fmt::format("{} in the zip: {}", name, what));
}

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

void ZipReader::Close::operator()(zip* archive) const {
  zip_discard(archive);
}

Result<ZipReader> ZipReader::Open(base::ByteView bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip* archive = nullptr;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source != nullptr) {
    archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive == nullptr) zip_source_free(source);
  }
  const std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (archive == nullptr) return absl::InvalidArgumentError("not a readable zip: " + text);
  ZipReader reader(archive);
  if (zip_get_num_entries(archive, 0) > kEntriesMax) {
    return absl::InvalidArgumentError(fmt::format("a zip of more than {} entries", kEntriesMax));
  }
  return reader;
}

Result<std::uint64_t> ZipReader::Find(std::string_view name) const {
  const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
  zip_int64_t found = -1;
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* entry = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
    if (entry == nullptr || name != entry) continue;
    // Two readers could take different ones for the signed one.
    if (found >= 0) return Fault("there is more than one", name);
    found = i;
  }
  if (found < 0) return Fault("there is none", name);
  return static_cast<std::uint64_t>(found);
}

Result<base::Bytes> ZipReader::Read(std::string_view name, std::uint64_t bytes_max) const {
  ENKS_ASSIGN(const std::uint64_t index, Find(name));
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(archive_.get(), index, 0));
  if (!file) return Fault(zip_strerror(archive_.get()), name);
  base::Bytes bytes;
  while (true) {
    const std::size_t have = bytes.size();
    bytes.resize(have + kStepBytes);
    // The read that returns 0 is the one that compares the checksum.
    const zip_int64_t got = zip_fread(file.get(), bytes.data() + have, kStepBytes);
    if (got < 0) return Fault(zip_file_strerror(file.get()), name);
    bytes.resize(have + static_cast<std::size_t>(got));
    if (got == 0) return bytes;
    if (bytes.size() > bytes_max) {
      return Fault(fmt::format("larger than the limit of {} bytes", bytes_max), name);
    }
  }
}

}  // namespace enks::exportfile
