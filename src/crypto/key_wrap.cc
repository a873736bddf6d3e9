#include "crypto/key_wrap.h"

#include <openssl/evp.h>

#include <memory>

#include "base/check.h"
#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

using base::Bytes;
using base::ByteView;
using ContextPtr = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;

constexpr std::size_t kWrappingKeyBytes = 32;
constexpr std::size_t kKeyBytesMin = 16;
constexpr std::size_t kUnitBytes = 8;

bool IsKeyLength(std::size_t size) {
  return size >= kKeyBytesMin && size % kUnitBytes == 0;
}

}  // namespace

Bytes Aes256KeyWrap(ByteView wrapping_key, ByteView key) {
  ENKS_CHECK(wrapping_key.size() == kWrappingKeyBytes && IsKeyLength(key.size()));
  const ContextPtr context(EVP_CIPHER_CTX_new());
  ENKS_CHECK(context != nullptr);
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  ENKS_CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_256_wrap(), nullptr, wrapping_key.data(),
                                nullptr) == 1);
  Bytes wrapped(key.size() + kKeyWrapOverheadBytes);
  int size = 0;
  ENKS_CHECK(EVP_EncryptUpdate(context.get(), wrapped.data(), &size, key.data(),
                               static_cast<int>(key.size())) == 1);
  ENKS_CHECK(static_cast<std::size_t>(size) == wrapped.size());
  return wrapped;
}

std::optional<base::SecretBytes> Aes256KeyUnwrap(ByteView wrapping_key, ByteView wrapped) {
  ENKS_CHECK(wrapping_key.size() == kWrappingKeyBytes);
  if (wrapped.size() < kKeyWrapOverheadBytes ||
      !IsKeyLength(wrapped.size() - kKeyWrapOverheadBytes)) {
    return std::nullopt;
  }
  const ErrorQueueCleaner cleaner;
  const ContextPtr context(EVP_CIPHER_CTX_new());
  ENKS_CHECK(context != nullptr);
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  ENKS_CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_256_wrap(), nullptr, wrapping_key.data(),
                                nullptr) == 1);
  // As long as its input: OpenSSL may use all of it on the way.
  Bytes key(wrapped.size());
  int size = 0;
  const bool fits = EVP_DecryptUpdate(context.get(), key.data(), &size, wrapped.data(),
                                      static_cast<int>(wrapped.size())) == 1;
  if (!fits || static_cast<std::size_t>(size) + kKeyWrapOverheadBytes != wrapped.size()) {
    return std::nullopt;
  }
  key.resize(static_cast<std::size_t>(size));
  return base::SecretBytes(std::move(key));
}

}  // namespace enks::crypto
