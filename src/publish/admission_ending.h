#pragma once

#include "attestation/gate.h"
#include "publish/receipt.h"

namespace enks::publish {

// How an upload ends that the gate did not admit.
Ending EndingOf(const attestation::Admission& admission);

}  // namespace enks::publish
