#include "attestation/key_description.h"
#include "base/check.h"
#include "input.h"

namespace enks::fuzz {

// The extension in the certificate of a key that a phone, or an app on it, made.
void Run(base::ByteView bytes) {
  const auto description = attestation::ReadKeyDescription(bytes);
  if (!description.ok()) return;
  ENKS_CHECK(description->challenge.size() < bytes.size());
  const auto& application = description->software.application;
  if (!application) return;
  ENKS_CHECK(application->packages.size() <= attestation::kPackagesMax);
  ENKS_CHECK(application->certificate_digests.size() <= attestation::kPackagesMax);
}

}  // namespace enks::fuzz
