#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/sha.h>

#include "base/check.h"

namespace enks::crypto {

Sha256Digest Sha256(ByteView bytes) {
  Sha256Digest digest;
  SHA256(bytes.data(), bytes.size(), digest.data());
  return digest;
}

Sha256Digest HmacSha256(ByteView key, ByteView bytes) {
  Sha256Digest digest;
  unsigned size = 0;
  // OpenSSL takes a null key to mean "the key of last time", so an empty key needs an address.
  static constexpr std::uint8_t kNoKey = 0;
  const std::uint8_t* key_data = key.empty() ? &kNoKey : key.data();
  ENKS_CHECK(HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()), bytes.data(), bytes.size(),
                  digest.data(), &size) != nullptr);
  ENKS_CHECK(size == digest.size());
  return digest;
}

Bytes HkdfSha256(ByteView input_key, ByteView salt, ByteView info, std::size_t size) {
  ENKS_CHECK(size <= 255 * 32);
  // RFC 5869 section 2.2: an absent salt is a string of zeros; HMAC pads an empty key to the same.
  const Sha256Digest pseudo_random_key = HmacSha256(salt, input_key);
  Bytes out;
  Bytes block;
  for (std::uint8_t counter = 1; out.size() < size; ++counter) {
    block.insert(block.end(), info.begin(), info.end());
    block.push_back(counter);
    const Sha256Digest next = HmacSha256(pseudo_random_key, block);
    block.assign(next.begin(), next.end());
    out.insert(out.end(), block.begin(), block.end());
  }
  out.resize(size);
  return out;
}

bool EqualInConstantTime(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  ENKS_CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(ByteView bytes) {
  ENKS_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256Stream::Finish() {
  Sha256Digest digest;
  ENKS_CHECK(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace enks::crypto
