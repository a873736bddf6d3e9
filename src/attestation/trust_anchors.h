#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "crypto/certificate.h"
#include "crypto/public_key.h"

namespace enks::attestation {

inline constexpr std::uint64_t kAnchorFileBytesMax = 256 * 1024;
inline constexpr std::size_t kAnchorsMax = 64;

// What a set of trust anchors is for.
enum class AnchorUse : std::uint8_t {
  kSafetyNet,
  kAppAttest,
  kAppAttestReceipt,
  kAndroidKeyAttestation,
};

// The roots that an operator trusts for one scheme. They come from files and from nowhere else:
// never from the operating system, a request or the network. Immutable; thread-safe.
class TrustAnchors {
 public:
  // Reads every file of `paths`, and of folders among them every file but those whose names begin
  // with a dot. Each file is PEM with CERTIFICATE blocks only; for Key Attestation PUBLIC KEY
  // blocks, too. Whatever is refused refuses the whole set, in words that name the file: one that
  // cannot be read, a certificate that may not issue others or whose key is not of a kind that
  // attestations use, one of the roots below, more than kAnchorsMax, or none at all.
  //
  // Refused by their keys, under whatever name and certificate, and by their names, under whatever
  // key: Android's software attestation root, which says nothing of hardware, and Apple's WebAuthn
  // root, which is for another service.
  static Result<TrustAnchors> Read(AnchorUse use, const std::vector<std::filesystem::path>& paths,
                                   base::UnixTime now, base::Files& files);

  // Each certificate once. Key Attestation matches keys() instead, because phones present whichever
  // certificate of a root's key they were shipped with.
  const std::vector<crypto::Certificate>& certificates() const { return certificates_; }
  // The keys of all certificates and the bare ones, each once.
  const std::vector<crypto::PublicKey>& keys() const { return keys_; }
  bool HoldsKey(base::ByteView spki) const;
  // For chains that end in one of certificates().
  crypto::ChainVerifier Verifier() const;

  // A line for each anchor, subject and fingerprint, for the log at start.
  const std::vector<std::string>& descriptions() const { return descriptions_; }
  // What the operator should know: anchors that have expired, which are kept.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  explicit TrustAnchors(AnchorUse use) : use_(use) {}

  Status AddPem(std::string_view pem, base::UnixTime now);
  Status AddCertificate(const crypto::Certificate& certificate, base::UnixTime now);
  Status AddBareKey(const crypto::PublicKey& key);
  Status AddKey(const crypto::PublicKey& key);

  AnchorUse use_;
  std::vector<crypto::Certificate> certificates_;
  std::vector<crypto::PublicKey> keys_;
  std::vector<std::string> descriptions_;
  std::vector<std::string> warnings_;
};

}  // namespace enks::attestation
