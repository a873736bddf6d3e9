#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attestation/app_attest.h"
#include "attestation/app_attest_object.h"
#include "attestation/evidence.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/certificate.h"
#include "crypto/issuing.h"

// Stands in for Apple and for a phone's Secure Enclave: makes keys, attests and asserts with them.
namespace enks::attestation::issuing {

// What an attestation is to say. The optional ones are lies: without them it says what is right.
struct AppAttestText {
  std::string app_id = "ABCDE12345.example.health";
  base::Bytes client_data_hash = base::Bytes(32, 0x11);
  base::UnixTime made_at;
  std::uint64_t serial = 1;  // of the leaf

  std::string format = "apple-appattest";
  std::string environment = "appattest";  // filled up with zeros
  std::uint8_t flags = kAttestedDataFlag;
  std::uint32_t counter = 0;
  std::optional<base::Bytes> nonce;
  std::optional<base::Bytes> credential_id;
  std::optional<base::Bytes> cose_point;  // 04 || x || y
  base::Bytes behind_key;                 // bytes behind the COSE key
  bool is_of_indefinite_length = false;

  // The receipt.
  bool has_receipt = true;
  std::string receipt_type = "ATTEST";
  std::optional<std::string> receipt_app_id;
  std::optional<crypto::Certificate> receipt_certificate;
  std::optional<base::Bytes> receipt_client_hash;
  std::optional<std::string> receipt_created;  // RFC 3339
};

// What the phone has in the end.
struct MadeAppAttest {
  Evidence evidence;
  base::Bytes object;  // of which evidence.token is the base64
  std::string private_key;
  crypto::Certificate leaf;
};

class AppAttestIssuer {
 public:
  // Its authorities are valid for ten years from `valid_from` on.
  explicit AppAttestIssuer(base::UnixTime valid_from);

  // A fresh key, attested. The leaf is valid for three days from a day before made_at on.
  MadeAppAttest Attest(const AppAttestText& text) const;

  AppAttestAnchors Anchors() const { return {attestation_anchors_, receipt_anchors_}; }
  const crypto::Certificate& root() const { return root_.certificate; }
  const crypto::Certificate& receipt_root() const { return receipt_root_.certificate; }

 private:
  base::Bytes ReceiptOf(const AppAttestText& text, const crypto::Certificate& leaf) const;

  crypto::CertifiedKey root_;
  crypto::CertifiedKey intermediate_;
  crypto::CertifiedKey receipt_root_;
  crypto::CertifiedKey receipt_intermediate_;
  crypto::CertifiedKey receipt_signer_;
  crypto::ChainVerifier attestation_anchors_;
  crypto::ChainVerifier receipt_anchors_;
};

// What an assertion is to say, and how it is signed.
struct AppAttestAssertionText {
  std::string app_id = "ABCDE12345.example.health";
  base::Bytes client_data_hash = base::Bytes(32, 0x11);
  std::uint32_t counter = 1;
  std::uint8_t flags = kAttestedDataFlag;
  bool is_hashed_once = false;  // a lie: phones hash the nonce again
  base::Bytes behind_head;      // bytes behind byte 37
};

// The assertion as base64.
std::string AssertAppAttest(const std::string& private_key, const AppAttestAssertionText& text);

}  // namespace enks::attestation::issuing
