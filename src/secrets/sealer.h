#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace enks::secrets {

// Seals small secrets (the keys of revision tokens) so that they may lie in the database: without
// the sealing key nobody reads them, changes them unseen or moves them to a place with other
// additional data. A sealing key has versions: the newest seals, all of them open. Thread-safe.
class Sealer {
 public:
  virtual ~Sealer() = default;

  // The sealed form of `plaintext`. `additional` is not part of it, but is needed to open it.
  // The same plaintext is sealed differently each time.
  virtual Result<base::Bytes> Seal(base::ByteView plaintext, base::ByteView additional) = 0;

  // kInvalidArgument if `sealed` is no sealed form at all, kNotFound (naming it) if its version of
  // the key is gone, kUnauthenticated if a byte of it or of `additional` is not as it was sealed.
  virtual Result<base::SecretBytes> Open(base::ByteView sealed, base::ByteView additional) = 0;
};

// Resolves references of sealing keys. Thread-safe.
class SealingKeyManager {
 public:
  virtual ~SealingKeyManager() = default;

  // The key with the versions it has now; one added later needs a new sealer. kNotFound if nothing
  // is stored under the reference.
  virtual Result<std::unique_ptr<Sealer>> OpenSealer(std::string_view reference) = 0;

  // Adds a version, which seals from then on. kNotFound if there is no such key yet.
  virtual Status AddSealingKeyVersion(std::string_view reference) = 0;
};

}  // namespace enks::secrets
