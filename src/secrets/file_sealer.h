#pragma once

#include <filesystem>
#include <memory>

#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "secrets/sealer.h"

namespace enks::secrets {

// A sealing key is a folder as the reference's file key manager keeps it (spec/platform.md section
// 3): a file a version, named by a decimal number, holding 32 random bytes. The greatest name, as
// text, is the newest. Other names in the folder are not looked at.
//
// Sealed form: version name || ':' || nonce (12 bytes) || AES-256-GCM ciphertext || tag (16 bytes).
// Nonces are random, so a version may seal at most 2^32 times (NIST SP 800-38D section 8.3).
Result<std::unique_ptr<Sealer>> OpenFileSealer(base::Files& files, base::Random& random,
                                               const std::filesystem::path& folder);

// Makes the key with its first version. kAlreadyExists if the folder has any version.
Status CreateSealingKeyFolder(base::Files& files, base::Random& random,
                              const std::filesystem::path& folder);

// Adds a version whose name follows the newest. kNotFound if there is none yet.
Status AddSealingKeyVersion(base::Files& files, base::Random& random,
                            const std::filesystem::path& folder);

}  // namespace enks::secrets
