#pragma once

#include "attestation/evidence.h"
#include "json/writer.h"

namespace enks::attestation::issuing {

// An attestation in a body of v1: the member `deviceAttestation`.
void WriteDeviceAttestation(const Evidence& evidence, json::Writer& writer);

// The same in a body of v1alpha1: `platform` and `deviceVerificationPayload`, which exist for
// SafetyNet, Play Integrity and DeviceCheck only.
void WriteDeviceVerification(const Evidence& evidence, json::Writer& writer);

}  // namespace enks::attestation::issuing
