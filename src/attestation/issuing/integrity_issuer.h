#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attestation/freshness.h"
#include "attestation/integrity_keys.h"
#include "base/random.h"
#include "crypto/ecdsa.h"

namespace enks::attestation::issuing {

// What Play Integrity tells of an app and its device. Exactly one of nonce and hash is given.
struct IntegrityResult {
  std::string nonce;
  std::string hash;
  MadeAt made_at;
  std::string package;
  std::vector<std::string> certificate_digests;  // base64url without padding
  std::string recognition = "PLAY_RECOGNIZED";
  std::vector<std::string> device = {"MEETS_BASIC_INTEGRITY", "MEETS_DEVICE_INTEGRITY"};
  std::string licensing = "LICENSED";
  bool is_test = false;
};

// The verdict that says `result`, as JSON.
std::string IntegrityPayload(const IntegrityResult& result);

// Stands in for Google: signs verdicts and encrypts them to an app's developer.
class IntegrityIssuer {
 public:
  explicit IntegrityIssuer(base::Random& random);

  // What the developer has.
  std::string KeysText() const;
  IntegrityKeys Keys() const;

  // A token as Play Integrity makes them.
  std::string Token(const IntegrityResult& result) { return TokenOf(IntegrityPayload(result)); }
  std::string TokenOf(std::string_view payload) { return Encrypt(Sign(kInner, payload)); }

  // The two halves of a token. Whatever the headers say, it is signed as ES256 and encrypted as
  // A256KW and A256GCM; a content key of another length is wrapped as it is.
  static constexpr std::string_view kInner = R"({"alg":"ES256"})";
  static constexpr std::string_view kOuter = R"({"alg":"A256KW","enc":"A256GCM"})";
  std::string Sign(std::string_view header, std::string_view payload) const;
  std::string Encrypt(std::string_view plaintext, std::string_view header = kOuter,
                      std::size_t content_key_bytes = 32);

 private:
  base::Random& random_;
  base::Bytes wrapping_key_;
  crypto::EcdsaPrivateKey signing_key_;
};

}  // namespace enks::attestation::issuing
