#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "attestation/evidence.h"
#include "attestation/key_attestation_chain.h"
#include "attestation/key_description.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/issuing.h"
#include "crypto/public_key.h"

// Stands in for Google and for the secure hardware of an Android phone.
namespace enks::attestation::issuing {

// The properties of one list, in the order in which they are written: tag and DER of the value.
class Properties {
 public:
  Properties(std::initializer_list<std::pair<int, base::Bytes>> list) : list_(list) {}

  // Replaces the property, or adds it in the end.
  void Set(int tag, base::Bytes value);
  void Add(int tag, base::Bytes value) { list_.emplace_back(tag, std::move(value)); }
  void Remove(int tag);
  base::Bytes ToDer() const;

 private:
  std::vector<std::pair<int, base::Bytes>> list_;
};

// DER of RootOfTrust; `locked` is the octet of its BOOLEAN.
base::Bytes RootOfTrustDer(std::uint8_t locked, int boot_state);
// DER of AttestationApplicationId in its OCTET STRING.
base::Bytes ApplicationIdDer(const std::vector<std::string>& packages,
                             const std::vector<base::Bytes>& digests);

// What the extension is to say.
struct KeyDescriptionText {
  std::int64_t version = 300;
  int attestation_level = 1;
  int key_level = 1;
  base::Bytes challenge = base::Bytes(32, 0x22);
  base::Bytes unique_id;
  Properties software = {};
  Properties hardware = {};

  base::Bytes ToDer() const;
};

// The description of a P-256 key for signing, made at `created` by the app `package` that is signed
// with a certificate of SHA-256 `digest`, on a locked phone.
KeyDescriptionText SoundDescription(base::UnixTime created, const std::string& package,
                                    const base::Bytes& digest);

// What the certificates are to say.
struct KeyAttestationText {
  KeyDescriptionText description;
  Provisioning provisioning = Provisioning::kFactory;
  std::string hardware_name = "TEE";  // or StrongBox
  std::string leaf_key;               // PEM; empty: a fresh P-256 key
  // Of the attestation certificate and of the one above it.
  base::UnixTime not_before;
  base::UnixTime not_after;
  std::uint64_t attestation_serial = 0x9408;
};

class KeyAttestationIssuer {
 public:
  // A root that is valid for twenty years from `valid_from` on.
  explicit KeyAttestationIssuer(base::UnixTime valid_from);

  // Leaf first, root last: four certificates from a factory, five from afar.
  std::vector<crypto::CertifiedKey> Issue(const KeyAttestationText& text) const;

  std::vector<crypto::PublicKey> Anchors() const;
  const crypto::CertifiedKey& root() const { return root_; }

 private:
  base::UnixTime valid_from_;
  crypto::CertifiedKey root_;
};

// The leaf that describes a key, below `issuer`.
crypto::CertifiedKey IssueDescribedLeaf(const crypto::CertifiedKey& issuer,
                                        const KeyDescriptionText& description,
                                        std::string leaf_key);

// As a phone sends it. With a message: signed with the leaf's key.
Evidence EvidenceOf(const std::vector<crypto::CertifiedKey>& chain);
void SignUpload(const crypto::CertifiedKey& leaf, base::ByteView message, Evidence& evidence);

}  // namespace enks::attestation::issuing
