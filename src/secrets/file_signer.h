#pragma once

#include <filesystem>
#include <memory>

#include "base/files.h"
#include "base/result.h"
#include "secrets/signer.h"

namespace enks::secrets {

// A signer over the EC P-256 private key in a file: PEM (SEC 1 or PKCS #8) or, as the version files
// of the reference are, SEC 1 DER. The key is read here and kept in memory; the file is not read
// again.
Result<std::unique_ptr<Signer>> OpenFileSigner(base::Files& files,
                                               const std::filesystem::path& path);

// Makes a key and writes it as PKCS #8 PEM. kAlreadyExists rather than replacing anything.
Status CreateSigningKeyFile(base::Files& files, const std::filesystem::path& path);

}  // namespace enks::secrets
