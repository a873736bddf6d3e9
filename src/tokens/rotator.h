#pragma once

#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "secrets/sealer.h"
#include "store/store.h"
#include "tokens/revision_keys.h"

namespace enks::tokens {

// The periodic rotation of revision keys. What it is handed outlives it. What was done and what
// failed is in the log when a call returns.
class Rotator {
 public:
  // `sealing_key` is a reference that `sealing_keys` resolves.
  Rotator(const RotationOptions& options, std::string sealing_key, store::Store& store,
          secrets::SealingKeyManager& sealing_keys, const base::Clock& clock, base::Random& random,
          base::Log& log);

  // Blocks on the database. Several processes and threads may rotate at once.
  Result<RotationReport> Rotate();

 private:
  Result<RotationReport> Run();

  const RotationOptions options_;
  const std::string sealing_key_;
  store::Store& store_;
  secrets::SealingKeyManager& sealing_keys_;
  const base::Clock& clock_;
  base::Random& random_;
  base::Log& log_;
};

}  // namespace enks::tokens
