#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

// The extension in which a phone's hardware describes a key that it made
// (spec/device-attestation.md section 9.2).
namespace enks::attestation {

inline constexpr std::size_t kPropertiesMax = 256;
inline constexpr std::size_t kPackagesMax = 64;

// Where a key lives; in ascending order of how hard it is to get out.
enum class SecurityLevel : std::uint8_t {
  kSoftware = 0,
  kTrustedEnvironment = 1,
  kStrongBox = 2,
};

enum class BootState : std::uint8_t {
  kVerified = 0,
  kSelfSigned = 1,
  kUnverified = 2,
  kFailed = 3,
};

struct RootOfTrust {
  bool device_locked = false;
  BootState boot_state = BootState::kFailed;
};

// Whose key it is. Apps that share a user id are named together.
struct ApplicationId {
  std::vector<std::string> packages;
  std::vector<base::Bytes> certificate_digests;
};

// Values of purpose, algorithm and origin that are looked at.
inline constexpr std::int64_t kPurposeSign = 2;
inline constexpr std::int64_t kAlgorithmEc = 3;
inline constexpr std::int64_t kOriginGenerated = 0;

// The properties that a verification needs. All others are passed over, those that tell the phone's
// model in particular.
struct AuthorizationList {
  std::vector<std::int64_t> purposes;          // 1
  std::optional<std::int64_t> algorithm;       // 2
  std::optional<std::int64_t> created_ms;      // 701, since 1970
  std::optional<std::int64_t> origin;          // 702
  std::optional<RootOfTrust> root_of_trust;    // 704
  std::optional<std::int64_t> os_patch_level;  // 706, as YYYYMM
  std::optional<ApplicationId> application;    // 709
  // One of 713, 714, 715 and 723: the phone's serial number, IMEI, MEID or second IMEI. They are
  // not read.
  bool identifies_phone = false;
};

struct KeyDescription {
  std::int64_t version = 0;
  SecurityLevel attestation_level = SecurityLevel::kSoftware;
  SecurityLevel key_level = SecurityLevel::kSoftware;
  base::Bytes challenge;
  bool has_unique_id = false;
  AuthorizationList software;  // what Android says
  AuthorizationList hardware;  // what the secure hardware says
};

// kInvalidArgument says what is wrong with the form. Properties may come in any order, as real
// phones write them, but none twice.
Result<KeyDescription> ReadKeyDescription(base::ByteView der);

}  // namespace enks::attestation
