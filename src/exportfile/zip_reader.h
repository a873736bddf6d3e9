#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

struct zip;

namespace enks::exportfile {

// Reads entries of a zip that lies in memory, trusting nothing it says about sizes. Not
// thread-safe.
class ZipReader {
 public:
  // `bytes` outlives the reader. kInvalidArgument if it is no zip.
  static Result<ZipReader> Open(base::ByteView bytes);

  // The content of the entry with exactly this name, its checksum compared. kInvalidArgument if
  // there is none or more than one of it, if it is damaged or encrypted, or if it is larger than
  // `bytes_max`: no more than that is ever inflated.
  Result<base::Bytes> Read(std::string_view name, std::uint64_t bytes_max) const;

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  explicit ZipReader(zip* archive) : archive_(archive) {}
  Result<std::uint64_t> Find(std::string_view name) const;

  std::unique_ptr<zip, Close> archive_;
};

}  // namespace enks::exportfile
