#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "exposure/statistics.h"

namespace enks::attestation {

// How a phone proves that an upload comes from a genuine app on a genuine device.
enum class Scheme : std::uint8_t {
  kSafetyNet,
  kPlayIntegrity,
  kDeviceCheck,
  kAppAttest,
  kAndroidKeyAttestation,
};
inline constexpr int kSchemeCount = 5;

// The id on the wire and in policies: "safetynet", "play-integrity", "devicecheck", "app-attest",
// "android-key-attestation".
std::string_view SchemeId(Scheme scheme);
// Exact, case-sensitive.
std::optional<Scheme> ParseScheme(std::string_view id);

// What kind of phone the scheme is for.
exposure::Platform PlatformOf(Scheme scheme);

}  // namespace enks::attestation
