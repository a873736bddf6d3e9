#pragma once

#include <filesystem>

#include "base/files.h"
#include "base/result.h"
#include "base/secret.h"

namespace enks::secrets {

// Reads a file that holds a key. kNotFound if there is none; kFailedPrecondition, with the command
// that mends it, if anybody but the owner may read or change it.
Result<base::SecretBytes> ReadKeyFile(base::Files& files, const std::filesystem::path& path);

// Writes a file that holds a key, 0600. kAlreadyExists rather than replacing anything.
Status WriteKeyFile(base::Files& files, const std::filesystem::path& path, base::ByteView bytes);

}  // namespace enks::secrets
