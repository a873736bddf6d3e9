#include "scenario/attested_app.h"

#include <set>
#include <string>

#include "attestation/issuing/operator_files.h"

namespace enks::scenario {
namespace {

using attestation::Scheme;

std::filesystem::path PolicyPath(const std::filesystem::path& folder) {
  return folder / kPolicyFile;
}

}  // namespace

Status WriteAttestationPolicy(const attestation::issuing::Vendors& vendors, std::string_view app,
                              const std::filesystem::path& folder, base::UnixTime now,
                              base::Files& files) {
  const std::set<Scheme> schemes = {Scheme::kSafetyNet, Scheme::kPlayIntegrity,
                                    Scheme::kDeviceCheck, Scheme::kAppAttest,
                                    Scheme::kAndroidKeyAttestation};
  const std::filesystem::path path = PolicyPath(folder);
  ENKS_TRY(attestation::issuing::WriteVendorFiles(vendors.HandOut(), path.parent_path(), files));
  ENKS_TRY(FetchRevocations(folder, now, files));
  const std::string text =
      attestation::issuing::AnchorsText() + attestation::issuing::PolicyText(app, vendors, schemes);
  return files.Write(path, base::AsBytes(text), base::FileMode::kPublic);
}

Status FetchRevocations(const std::filesystem::path& folder, base::UnixTime now,
                        base::Files& files) {
  return attestation::issuing::WriteRevocations(PolicyPath(folder).parent_path(), now, files);
}

}  // namespace enks::scenario
