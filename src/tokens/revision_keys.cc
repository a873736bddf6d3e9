#include "tokens/revision_keys.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

namespace enks::tokens {
namespace {

constexpr std::size_t kKeyBytes = 32;         // AES-256
constexpr std::size_t kAdditionalBytes = 16;  // as the reference draws

base::Bytes Draw(base::Random& random, std::size_t size) {
  base::Bytes bytes(size);
  random.Fill(bytes);
  return bytes;
}

// Another process that does the same is no failure: what was to be done is done. So is a key that
// is gone already.
Status DestroyOnce(store::Store& store, std::int64_t id, RotationReport& report) {
  const Status status = store.DestroyRevisionKey(id);
  if (absl::IsNotFound(status)) return absl::OkStatus();
  ENKS_TRY(status);
  ++report.destroyed;
  return absl::OkStatus();
}

}  // namespace

Result<base::SecretBytes> OpenRevisionKey(const store::RevisionKey& key, secrets::Sealer& sealer) {
  ENKS_ASSIGN(base::SecretBytes opened, sealer.Open(key.sealed, key.additional));
  if (opened.size() != kKeyBytes) {
    return absl::InternalError(fmt::format("revision key {} has {} bytes instead of {}", key.id,
                                           opened.size(), kKeyBytes));
  }
  return opened;
}

Result<std::int64_t> AddRevisionKey(store::Store& store, secrets::Sealer& sealer,
                                    base::Random& random, base::UnixTime now,
                                    std::int64_t expected_newest) {
  const base::SecretBytes drawn(Draw(random, kKeyBytes));
  store::RevisionKey key;
  key.additional = Draw(random, kAdditionalBytes);
  key.created_at = now;
  ENKS_ASSIGN(key.sealed, sealer.Seal(drawn.Expose(), key.additional));
  return store.AddRevisionKey(key, expected_newest);
}

Result<RotationReport> RotateRevisionKeys(store::Store& store, secrets::Sealer& sealer,
                                          base::Random& random, base::UnixTime now,
                                          const RotationOptions& options) {
  RotationReport report;
  ENKS_ASSIGN(const std::vector<store::RevisionKey> keys, store.RevisionKeys());
  const std::int64_t newest = keys.empty() ? 0 : keys.front().id;
  if (keys.empty() || now - keys.front().created_at >= options.new_key_period) {
    const auto added = AddRevisionKey(store, sealer, random, now, newest);
    if (!added.ok() && !absl::IsAborted(added.status())) return added.status();
    if (added.ok()) ++report.created;
  }
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (now - keys[i - 1].created_at < options.delete_old_period) continue;
    ENKS_TRY(DestroyOnce(store, keys[i].id, report));
  }
  return report;
}

}  // namespace enks::tokens
