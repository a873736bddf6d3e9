#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "secrets/sealer.h"
#include "store/store.h"

// The keys that seal revision tokens: how they are made, opened and rotated. They lie in the
// database sealed by a key that it does not hold, so a copy of the database opens no token
// (spec/revision-token.md sections 4 and 5).
namespace enks::tokens {

struct RotationOptions {
  std::chrono::seconds new_key_period{7 * 24 * 3600};      // NEW_KEY_PERIOD
  std::chrono::seconds delete_old_period{15 * 24 * 3600};  // DELETE_OLD_KEY_PERIOD
};

struct RotationReport {
  int created = 0;
  int destroyed = 0;
};

// The 32 bytes of a stored key. Fails as Sealer::Open does.
Result<base::SecretBytes> OpenRevisionKey(const store::RevisionKey& key, secrets::Sealer& sealer);

// Draws a key and adds it behind `expected_newest` (0: there is none yet); returns its id. kAborted
// if another process was faster.
Result<std::int64_t> AddRevisionKey(store::Store& store, secrets::Sealer& sealer,
                                    base::Random& random, base::UnixTime now,
                                    std::int64_t expected_newest);

// One rotation: adds a key if the newest is `new_key_period` old or there is none, and destroys
// each key whose successor is `delete_old_period` old: for so long no token was sealed with it.
// Several processes may rotate at once; a failure leaves what was done before it, and the next run
// goes on.
Result<RotationReport> RotateRevisionKeys(store::Store& store, secrets::Sealer& sealer,
                                          base::Random& random, base::UnixTime now,
                                          const RotationOptions& options);

}  // namespace enks::tokens
