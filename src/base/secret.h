#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/bytes.h"

namespace enks::base {

// Overwrites memory in a way the compiler may not remove.
void WipeMemory(void* data, std::size_t size);

// Bytes that must not be printed and are wiped when they go: HMAC keys, data keys, private keys.
// There is no conversion to text on purpose; a caller that needs the bytes asks for them by name.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
  SecretBytes(SecretBytes&&) = default;
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    Wipe();
    bytes_ = std::move(other.bytes_);
    return *this;
  }
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { Wipe(); }

  ByteView Expose() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

 private:
  void Wipe() {
    if (!bytes_.empty()) WipeMemory(bytes_.data(), bytes_.size());
  }

  Bytes bytes_;
};

}  // namespace enks::base
