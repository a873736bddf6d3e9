#include "secrets/file_key_manager.h"

#include <utility>

#include "secrets/file_sealer.h"
#include "secrets/file_signer.h"
#include "secrets/key_paths.h"

namespace enks::secrets {
namespace {

namespace fs = std::filesystem;

class FolderOfKeys final : public FileKeyManager {
 public:
  FolderOfKeys(KeyPaths paths, base::Files& files, base::Random& random)
      : paths_(std::move(paths)), files_(files), random_(random) {}

  Result<std::unique_ptr<Signer>> OpenSigner(std::string_view reference) override {
    ENKS_ASSIGN(const fs::path path, paths_.Resolve(reference));
    return OpenFileSigner(files_, path);
  }

  Status CreateSigningKey(std::string_view reference) override {
    ENKS_ASSIGN(const fs::path path, paths_.Resolve(reference));
    return CreateSigningKeyFile(files_, path);
  }

  Status CreateSealingKey(std::string_view reference) override {
    ENKS_ASSIGN(const fs::path folder, paths_.Resolve(reference));
    return CreateSealingKeyFolder(files_, random_, folder);
  }

  Result<std::unique_ptr<Sealer>> OpenSealer(std::string_view reference) override {
    ENKS_ASSIGN(const fs::path folder, paths_.Resolve(reference));
    return OpenFileSealer(files_, random_, folder);
  }

  Status AddSealingKeyVersion(std::string_view reference) override {
    ENKS_ASSIGN(const fs::path folder, paths_.Resolve(reference));
    return secrets::AddSealingKeyVersion(files_, random_, folder);
  }

 private:
  const KeyPaths paths_;
  base::Files& files_;
  base::Random& random_;
};

}  // namespace

std::unique_ptr<FileKeyManager> MakeFileKeyManager(fs::path key_folder, base::Files& files,
                                                   base::Random& random,
                                                   std::vector<fs::path> outside) {
  return std::make_unique<FolderOfKeys>(KeyPaths(std::move(key_folder), std::move(outside)), files,
                                        random);
}

}  // namespace enks::secrets
