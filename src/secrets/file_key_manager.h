#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "secrets/sealer.h"
#include "secrets/signer.h"

namespace enks::secrets {

// Keeps keys as files below one folder; README.md gives names and bytes. New files are 0600, and a
// key file that anybody but its owner may read or change is refused with kFailedPrecondition, which
// names it and the chmod to type.
class FileKeyManager : public KeyManager, public SealingKeyManager {};

// `outside` names the key files elsewhere that the operator's settings allow: any other reference
// is confined to `key_folder`, since references also come from the database. `files` and `random`
// outlive the manager; `random` is thread-safe and fit for secrets.
std::unique_ptr<FileKeyManager> MakeFileKeyManager(std::filesystem::path key_folder,
                                                   base::Files& files, base::Random& random,
                                                   std::vector<std::filesystem::path> outside = {});

}  // namespace enks::secrets
