#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/digest.h"

// Which apps a policy is about: Android apps are known by their package's name and by the SHA-256
// of the certificates that sign them.
namespace enks::attestation {

// A digest as operators write it: base64 of either alphabet, as tokens hold it, or hexadecimal with
// or without colons, as keytool and the Play Console show it. Nothing unless it is 32 bytes.
std::optional<crypto::Sha256Digest> ParseCertificateDigest(std::string_view text);

// Whether there is a digest in `claimed`, which are base64 of either alphabet, and every one is one
// of `allowed`.
bool AreSigningDigests(const std::vector<std::string>& claimed,
                       const std::vector<crypto::Sha256Digest>& allowed);

}  // namespace enks::attestation
