#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/certificate.h"
#include "crypto/issuing.h"

// What issuers of attestations need of OpenSSL beyond certificates.
namespace enks::attestation::issuing {

// Fresh private keys as PEM.
std::string GenerateP256();
std::string GenerateP384();
std::string GenerateRsa2048();

// A SubjectPublicKeyInfo's worth of the private key.
crypto::PublicKey PublicKeyOf(const std::string& private_key);

// ECDSA with SHA-256 over `message`, as DER.
base::Bytes SignSha256(const std::string& private_key, base::ByteView message);

// A CMS SignedData around `content`, in BER with indefinite lengths, as Apple writes receipts.
base::Bytes SignContent(base::ByteView content, const crypto::CertifiedKey& signer,
                        const std::vector<crypto::Certificate>& others);

// Bytes as the value of an extension of test_issuer.h.
std::string AsExtension(base::ByteView der);

}  // namespace enks::attestation::issuing
