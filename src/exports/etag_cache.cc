#include "exports/etag_cache.h"

#include "crypto/digest.h"

namespace enks::exports {

std::string ETagOf(base::ByteView content) {
  return '"' + base::ToHex(crypto::Sha256(content)) + '"';
}

Result<std::string> ETagCache::Get(std::string_view bucket, std::string_view name,
                                   const FileStore::Object& object) {
  const Key key(object.path.string(), object.size_bytes, object.modified);
  {
    const std::lock_guard lock(mutex_);
    if (const std::string* etag = Look(key)) return *etag;
  }
  // Read outside the lock: others need not wait, and two who read the same file agree.
  ENKS_ASSIGN(const base::Bytes content, files_.Read(bucket, name));
  std::string etag = ETagOf(content);
  if (content.size() == object.size_bytes) Remember(key, etag);
  return etag;
}

const std::string* ETagCache::Look(const Key& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  uses_.splice(uses_.begin(), uses_, found->second.use);
  return &found->second.etag;
}

void ETagCache::Remember(const Key& key, const std::string& etag) {
  const std::lock_guard lock(mutex_);
  if (Look(key) != nullptr) return;
  uses_.push_front(key);
  entries_.emplace(key, Entry{etag, uses_.begin()});
  if (entries_.size() <= entries_max_) return;
  entries_.erase(uses_.back());
  uses_.pop_back();
}

}  // namespace enks::exports
