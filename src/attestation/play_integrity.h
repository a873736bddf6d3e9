#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/checks.h"
#include "attestation/freshness.h"
#include "attestation/integrity_keys.h"
#include "base/bytes.h"
#include "base/result.h"
#include "crypto/digest.h"

// Play Integrity (Android): a verdict that Google signs, encrypted to the app's developer or
// decoded by Google on request.
namespace enks::attestation {

// What a device must have shown, each including those before it.
enum class DeviceIntegrity : std::uint8_t { kBasic, kDevice, kStrong };

// What an app's verdicts must say. Packages and digests are never empty.
struct PlayIntegrityPolicy {
  std::vector<std::string> packages;
  std::vector<crypto::Sha256Digest> certificate_digests;  // of the app's signing certificates
  std::vector<std::string> recognition = {"PLAY_RECOGNIZED"};
  DeviceIntegrity device_min = DeviceIntegrity::kDevice;
  bool allows_virtual = false;  // an emulator that Google vouches for, a class of its own
  bool requires_licensed = false;
  bool allows_testing = false;
  FreshnessWindow window = {};
};

// Who asked for a verdict. Account details are nobody's business unless a policy wants them.
enum class AccountDetails : std::uint8_t { kSkipped, kRead };

// A verdict as far as it is checked. What a failing device or app lacks is empty.
struct IntegrityVerdict {
  std::string requested_by;          // requestDetails.requestPackageName
  std::optional<std::string> nonce;  // of a classic request
  std::optional<std::string> hash;   // of a standard request
  MadeAt made_at;                    // requestDetails.timestampMillis
  std::string recognition;           // appIntegrity.appRecognitionVerdict
  std::string package;               // appIntegrity.packageName
  std::vector<std::string> digests;  // appIntegrity.certificateSha256Digest
  std::vector<std::string> device;   // deviceIntegrity.deviceRecognitionVerdict
  std::string licensing;             // accountDetails.appLicensingVerdict, if read
  bool is_test = false;              // testingDetails.isTestingResponse
};

// kInvalidArgument says in words what is wrong. Unknown members are ignored.
Result<IntegrityVerdict> ReadIntegrityVerdict(std::string_view json, AccountDetails account);

// Whether a verdict, of whose origin the caller is certain, satisfies the policy for the upload
// with the binding H. `json` is the payload of an opened token, or the member tokenPayloadExternal
// of Google's answer.
void CheckIntegrityVerdict(std::string_view json, base::ByteView binding,
                           const PlayIntegrityPolicy& policy, base::UnixTime now, Checks& checks);

// Opens `token` with one of `keys` and checks its verdict; a token that only Google could open is
// kMalformed. Who may ask Google calls OpenIntegrityToken() and CheckIntegrityVerdict() instead.
void VerifyPlayIntegrity(std::string_view token, base::ByteView binding,
                         const PlayIntegrityPolicy& policy, std::span<const IntegrityKeys> keys,
                         base::UnixTime now, Checks& checks);

}  // namespace enks::attestation
