#include "attestation/scheme.h"

#include <array>
#include <utility>

namespace enks::attestation {
namespace {

constexpr std::array<std::pair<Scheme, std::string_view>, kSchemeCount> kIds = {{
    {Scheme::kSafetyNet, "safetynet"},
    {Scheme::kPlayIntegrity, "play-integrity"},
    {Scheme::kDeviceCheck, "devicecheck"},
    {Scheme::kAppAttest, "app-attest"},
    {Scheme::kAndroidKeyAttestation, "android-key-attestation"},
}};

}  // namespace

std::string_view SchemeId(Scheme scheme) {
  return kIds[static_cast<std::size_t>(scheme)].second;
}

std::optional<Scheme> ParseScheme(std::string_view id) {
  for (const auto& [scheme, known] : kIds) {
    if (known == id) return scheme;
  }
  return std::nullopt;
}

exposure::Platform PlatformOf(Scheme scheme) {
  const bool is_apple = scheme == Scheme::kDeviceCheck || scheme == Scheme::kAppAttest;
  return is_apple ? exposure::Platform::kIos : exposure::Platform::kAndroid;
}

}  // namespace enks::attestation
