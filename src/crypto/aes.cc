#include "crypto/aes.h"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "base/check.h"

namespace enks::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

}  // namespace

AesBlock Aes128EncryptBlock(ByteView key, const AesBlock& block) {
  AesBlock out = block;
  Aes128EncryptBlocks(key, {&out, 1});
  return out;
}

void Aes128EncryptBlocks(ByteView key, std::span<AesBlock> blocks) {
  ENKS_CHECK(key.size() == 16);
  ENKS_CHECK(blocks.size_bytes() <= std::numeric_limits<int>::max());
  if (blocks.empty()) return;
  // One context a thread: making one costs ten times the encryption.
  thread_local const ContextPtr context(EVP_CIPHER_CTX_new());
  ENKS_CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr) ==
             1);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  const int size = static_cast<int>(blocks.size_bytes());
  std::uint8_t* const bytes = blocks.front().data();
  int written = 0;
  ENKS_CHECK(EVP_EncryptUpdate(context.get(), bytes, &written, bytes, size) == 1);
  ENKS_CHECK(written == size);
}

Bytes Aes128Ctr(ByteView key, const AesBlock& initial_counter, ByteView bytes) {
  ENKS_CHECK(key.size() == 16);
  const ContextPtr context(EVP_CIPHER_CTX_new());
  ENKS_CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.data(),
                                initial_counter.data()) == 1);
  Bytes out(bytes.size());
  int size = 0;
  ENKS_CHECK(EVP_EncryptUpdate(context.get(), out.data(), &size, bytes.data(),
                               static_cast<int>(bytes.size())) == 1);
  return out;
}

Bytes Aes256GcmSeal(ByteView key, const std::array<std::uint8_t, 12>& nonce, ByteView plaintext,
                    ByteView additional) {
  ENKS_CHECK(key.size() == 32);
  const ContextPtr context(EVP_CIPHER_CTX_new());
  ENKS_CHECK(
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1);
  Bytes out(kNonceSize + plaintext.size() + kTagSize);
  std::copy(nonce.begin(), nonce.end(), out.begin());
  int size = 0;
  ENKS_CHECK(EVP_EncryptUpdate(context.get(), nullptr, &size, additional.data(),
                               static_cast<int>(additional.size())) == 1);
  ENKS_CHECK(EVP_EncryptUpdate(context.get(), out.data() + kNonceSize, &size, plaintext.data(),
                               static_cast<int>(plaintext.size())) == 1);
  ENKS_CHECK(EVP_EncryptFinal_ex(context.get(), out.data() + kNonceSize + size, &size) == 1);
  ENKS_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize,
                                 out.data() + kNonceSize + plaintext.size()) == 1);
  return out;
}

std::optional<Bytes> Aes256GcmOpen(ByteView key, ByteView sealed, ByteView additional) {
  ENKS_CHECK(key.size() == 32);
  if (sealed.size() < kNonceSize + kTagSize) return std::nullopt;
  const ByteView ciphertext = sealed.subspan(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  Bytes tag(sealed.end() - kTagSize, sealed.end());
  const ContextPtr context(EVP_CIPHER_CTX_new());
  ENKS_CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                                sealed.data()) == 1);
  Bytes out(ciphertext.size());
  int size = 0;
  ENKS_CHECK(EVP_DecryptUpdate(context.get(), nullptr, &size, additional.data(),
                               static_cast<int>(additional.size())) == 1);
  ENKS_CHECK(EVP_DecryptUpdate(context.get(), out.data(), &size, ciphertext.data(),
                               static_cast<int>(ciphertext.size())) == 1);
  ENKS_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), out.data() + size, &size) != 1) return std::nullopt;
  return out;
}

}  // namespace enks::crypto
