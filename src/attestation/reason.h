#pragma once

#include <cstdint>
#include <string_view>

namespace enks::attestation {

// Why an attestation is not accepted (the failure taxonomy of docs/attestation.md). For counters
// and for operators; a phone is told one of two texts, whatever the reason.
enum class Reason : std::uint8_t {
  kNone,                 // accepted
  kMissing,              // required, and none was sent
  kSchemeNotAllowed,     // not one of the policy's schemes
  kMalformed,            // size, base64, JOSE, CBOR, DER, decryption
  kChainInvalid,         // chain, anchor, host name, validity
  kRevoked,              // a serial number of the chain is listed
  kSignatureInvalid,     // JWS, assertion, CMS, or signature over the upload
  kBindingMismatch,      // made for another upload, or for another challenge
  kStale,                // older than the window allows
  kFuture,               // newer than the window allows
  kAppMismatch,          // package, signing certificate, App ID, environment
  kVerdictInsufficient,  // integrity flags, security level, boot state
  kReplayed,             // seen before, or a counter that did not grow
  kUpstreamRejected,     // Apple or Google says that the token is bad
  kUnavailable,          // nobody could say: time-out, 5xx, our credentials, stale revocation file
  kConfigError,          // the policy cannot be carried out
};
inline constexpr int kReasonCount = 16;

// In lower case with underscores, e.g. "binding_mismatch".
std::string_view ReasonName(Reason reason);

}  // namespace enks::attestation
