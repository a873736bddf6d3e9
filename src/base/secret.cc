#include "base/secret.h"

#include <openssl/crypto.h>

namespace enks::base {

void WipeMemory(void* data, std::size_t size) {
  OPENSSL_cleanse(data, size);
}

}  // namespace enks::base
