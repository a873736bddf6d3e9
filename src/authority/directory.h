#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "crypto/ecdsa.h"
#include "store/store.h"

namespace enks::authority {

// All authorized apps and health authorities at one moment. Immutable, so any thread may read it
// without a lock. The whole set is held (it is what operators configured, a few hundred rows at
// most), so a stranger's made-up names cost one failed look-up: nothing grows and nothing waits for
// the database (divergence P11). Public keys are parsed here, once a snapshot.
class DirectorySnapshot {
 public:
  DirectorySnapshot(std::vector<store::AuthorizedApp> apps,
                    std::vector<store::HealthAuthority> authorities);

  // By the name as sent; compared in lower case. Null if there is no such app.
  const store::AuthorizedApp* FindApp(std::string_view name) const;
  // By exact, case-sensitive issuer. Null if unknown.
  const store::HealthAuthority* FindIssuer(std::string_view issuer) const;

  // The parsed form of a key of one of this snapshot's health authorities, or why it is unusable.
  const Result<crypto::EcdsaPublicKey>& PublicKeyOf(const store::HealthAuthorityKey& key) const;

 private:
  void ParseKeysOf(const store::HealthAuthority& authority);

  std::unordered_map<std::string, store::AuthorizedApp> apps_;           // by name in lower case
  std::unordered_map<std::string, store::HealthAuthority> authorities_;  // by issuer
  std::unordered_map<std::string, Result<crypto::EcdsaPublicKey>> public_keys_;  // by PEM text
};

// Keeps the newest snapshot. Thread-safe.
class Directory {
 public:
  // `store` outlives the directory. There is no snapshot until Refresh() succeeds.
  explicit Directory(store::ReadOnlyStore& store);

  // Reads everything anew. Blocks on the database. On failure the old snapshot stays in use.
  Status Refresh();

  // Null until the first successful Refresh().
  std::shared_ptr<const DirectorySnapshot> Current() const;

 private:
  store::ReadOnlyStore& store_;
  mutable std::mutex mutex_;
  std::shared_ptr<const DirectorySnapshot> current_;  // guarded by mutex_
};

}  // namespace enks::authority
