#include "secrets/file_signer.h"

#include <fmt/core.h>

#include <utility>

#include "crypto/ecdsa.h"
#include "secrets/key_file.h"

namespace enks::secrets {
namespace {

class FileSigner final : public Signer {
 public:
  explicit FileSigner(crypto::EcdsaPrivateKey key)
      : key_(std::move(key)), public_key_pem_(key_.PublicKey().ToPem()) {}

  Result<base::Bytes> SignDigest(const Sha256Digest& digest) override {
    return key_.SignDer(digest);
  }
  std::string PublicKeyPem() const override { return public_key_pem_; }

 private:
  const crypto::EcdsaPrivateKey key_;
  const std::string public_key_pem_;
};

Result<crypto::EcdsaPrivateKey> ParseKey(base::ByteView bytes) {
  // PEM may stand behind other text, such as the curve's parameters or a PKCS #12 bag's attributes.
  const std::string_view text = base::AsText(bytes);
  if (text.find("-----BEGIN ") != std::string_view::npos)
    return crypto::EcdsaPrivateKey::FromPem(text);
  return crypto::EcdsaPrivateKey::FromDer(bytes);
}

}  // namespace

Result<std::unique_ptr<Signer>> OpenFileSigner(base::Files& files,
                                               const std::filesystem::path& path) {
  ENKS_ASSIGN(const base::SecretBytes bytes, ReadKeyFile(files, path));
  Result<crypto::EcdsaPrivateKey> key = ParseKey(bytes.Expose());
  if (!key.ok()) {
    return Status(key.status().code(), fmt::format("the key file {}: {}", path.string(),
                                                   std::string(key.status().message())));
  }
  return std::make_unique<FileSigner>(*std::move(key));
}

Status CreateSigningKeyFile(base::Files& files, const std::filesystem::path& path) {
  std::string pem = crypto::EcdsaPrivateKey::Generate().ToPem();
  const Status written = WriteKeyFile(files, path, base::AsBytes(pem));
  base::WipeMemory(pem.data(), pem.size());
  return written;
}

}  // namespace enks::secrets
