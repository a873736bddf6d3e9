#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "attestation/integrity_keys.h"
#include "attestation/policy.h"
#include "attestation/revocation_list.h"
#include "attestation/trust_anchors.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "crypto/certificate.h"

// The files that a policy file names, read: whom the operator trusts and what opens tokens.
namespace enks::attestation {

// Nothing where the policy file names no anchors. Immutable; thread-safe.
struct Trust {
  std::optional<crypto::ChainVerifier> safetynet;
  std::optional<crypto::ChainVerifier> app_attest;
  std::optional<crypto::ChainVerifier> app_attest_receipt;
  std::vector<crypto::PublicKey> android_key_attestation;
  std::vector<std::string> descriptions;  // a line an anchor, for the log
  std::vector<std::string> warnings;
};

// kInvalidArgument names the file and what is wrong with it.
Result<Trust> ReadTrust(const PolicyBook& book, base::UnixTime now, base::Files& files);

// A policy with what it needs to verify offline. Immutable; thread-safe.
struct LoadedPolicy {
  std::string app;
  Policy policy;
  std::vector<IntegrityKeys> integrity_keys;
  std::optional<RevocationList> revocations;
};

// The last list that could be read of each revocation file.
using RevocationLists = std::map<std::filesystem::path, RevocationList>;

// Reads what the enabled schemes need. The revocation list counts as fetched when its file was
// written. A list that cannot be read, or lists nothing, is no failure: attestations are then
// unavailable, loudly.
Result<LoadedPolicy> LoadPolicy(const std::string& app, const Policy& policy, base::Files& files,
                                std::vector<std::string>& warnings);

}  // namespace enks::attestation
