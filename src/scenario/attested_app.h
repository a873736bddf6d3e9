#pragma once

#include <filesystem>
#include <string_view>

#include "attestation/issuing/vendors.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"

namespace enks::scenario {

// Where a simulated installation has its attestation policies, below its data folder.
inline constexpr const char* kPolicyFile = "attestation/policy.toml";

// Writes the policy file and all that it names: `app` has to attest its devices, in any of the five
// ways. `folder` is the data folder.
Status WriteAttestationPolicy(const attestation::issuing::Vendors& vendors, std::string_view app,
                              const std::filesystem::path& folder, base::UnixTime now,
                              base::Files& files);

// What an operator does daily: fetches the list of revoked keys.
Status FetchRevocations(const std::filesystem::path& folder, base::UnixTime now,
                        base::Files& files);

}  // namespace enks::scenario
