#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "base/bytes.h"
#include "base/result.h"
#include "exports/file_store.h"

namespace enks::exports {

// The strong ETag of `content`: its SHA-256, in quotes. The same on every machine that serves it.
std::string ETagOf(base::ByteView content);

// Remembers the ETags of export files, so that each is read once and then served without. Forgets
// the one that was asked for longest ago when full. Thread-safe.
class ETagCache {
 public:
  // `files` outlives it.
  ETagCache(FileStore& files, std::size_t entries_max) : files_(files), entries_max_(entries_max) {}

  // The ETag of what `object`, found under `bucket` and `name`, holds. Reads it the first time, and
  // again if its size or time differ. For files that do not change under their name.
  Result<std::string> Get(std::string_view bucket, std::string_view name,
                          const FileStore::Object& object);

 private:
  // Path, size and time of a file.
  using Key = std::tuple<std::string, std::uint64_t, std::chrono::sys_seconds>;
  struct Entry {
    std::string etag;
    std::list<Key>::iterator use;
  };

  const std::string* Look(const Key& key);  // mutex_ must be held
  void Remember(const Key& key, const std::string& etag);

  FileStore& files_;
  const std::size_t entries_max_;
  std::mutex mutex_;
  std::map<Key, Entry> entries_;  // guarded by mutex_
  std::list<Key> uses_;           // guarded by mutex_; latest use first
};

}  // namespace enks::exports
