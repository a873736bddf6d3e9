#pragma once

#include <cstdint>
#include <optional>

#include "attestation/app_attest.h"

namespace enks::attestation {

// Section 8.4 of spec/device-attestation.md, for an authority that stores attested keys: whether
// `evidence.assertion` is one of `stored` for `client_data_hash`, with a counter above
// `stored_counter` (0 before the first assertion). Pure: returns the new counter if
// checks.reason() is kNone in the end, which the caller stores unless a higher one has come to be
// there meanwhile.
std::optional<std::uint32_t> VerifyAppAttestAssertion(const Evidence& evidence,
                                                      base::ByteView client_data_hash,
                                                      const AppAttestPolicy& policy,
                                                      const AppAttestKey& stored,
                                                      std::uint32_t stored_counter, Checks& checks);

}  // namespace enks::attestation
