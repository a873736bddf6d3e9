#pragma once

#include <vector>

#include "attestation/checks.h"
#include "attestation/evidence.h"
#include "base/clock.h"
#include "crypto/certificate.h"
#include "crypto/public_key.h"

// Steps 1 to 4 of spec/device-attestation.md section 9.3: the certificates.
namespace enks::attestation {

// How the attestation key came into a phone.
enum class Provisioning {
  kFactory,  // with the phone, for its life: expiry cannot be held against it
  kRemote,   // from Google over the network, for some weeks
};

// An attested key must not sign certificates: a chain in which another certificate than the leaf
// describes a key was made by an app, not by the phone.
bool CheckDescribedOnce(const std::vector<crypto::Certificate>& chain, Checks& checks);

// Leaf first. Nothing unless there are three to ten and each is a certificate.
std::optional<std::vector<crypto::Certificate>> ReadKeyAttestationChain(const Evidence& evidence,
                                                                        Checks& checks);

// Walks from the anchor, found by its key, down to the leaf. Returns as Checks::Holds() does.
bool CheckKeyAttestationChain(const std::vector<crypto::Certificate>& chain,
                              const std::vector<crypto::PublicKey>& anchors, base::UnixTime now,
                              Checks& checks);

// Whether a certificate between leaf and root says in its name that it was made for StrongBox.
bool IsStrongBoxChain(const std::vector<crypto::Certificate>& chain);

inline constexpr std::string_view kKeyDescriptionExtension = "1.3.6.1.4.1.11129.2.1.17";

}  // namespace enks::attestation
