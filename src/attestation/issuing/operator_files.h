#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "attestation/issuing/vendors.h"
#include "attestation/scheme.h"
#include "base/files.h"
#include "base/result.h"

// The files by which a server's operator says whom to trust and what an app must prove, for
// simulated vendors.
namespace enks::attestation::issuing {

// Writes anchors, keys and credentials into `folder`, which is the policy file's own.
Status WriteVendorFiles(const Vendors::Handout& handout, const std::filesystem::path& folder,
                        base::Files& files);

// Writes the revocation list as if it had been fetched at `now`, which is what the file's time then
// says; an operator fetches it daily.
Status WriteRevocations(const std::filesystem::path& folder, base::UnixTime now,
                        base::Files& files);

// [anchors] of a policy file beside what WriteVendorFiles() wrote.
std::string AnchorsText();
// [policy."name"] for the vendors' app: mode enforce, with the knobs of `schemes`.
std::string PolicyText(std::string_view name, const Vendors& vendors,
                       const std::set<Scheme>& schemes);

}  // namespace enks::attestation::issuing
