#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace enks::publish {

// How an upload ended: every row of the tables in spec/publish.md sections 2 and 5.
enum class Ending : std::uint8_t {
  kAccepted,        // all that was to be stored is stored; perhaps nothing was to be
  kPartlyAccepted,  // some keys failed validation, the others are stored; detail: the errors
  kContentType,     // detail: the reference's text, as in the two below
  kBodyUnreadable,
  kBodyTooLarge,
  kUnknownHealthAuthorityId,  // detail: the id as sent
  kDirectoryUnavailable,      // apps and authorities were never read
  kNoRegions,                 // detail: the id as sent
  kRegionNotAllowed,          // v1alpha1; detail: which app
  kCertificateInvalid,        // detail: the verifier's reason
  kKeysInvalid,               // detail: the fault or the list of errors
  kMissingRevisionToken,
  kInvalidRevisionToken,
  kKeyAlreadyRevised,
  kInvalidReportTypeTransition,  // detail: the two types
  kKeyChanged,
  kKeyNotLocal,
  kAttestationMissing,
  kAttestationInvalid,      // whatever is wrong with it
  kAttestationUnavailable,  // nobody could say: the same upload may succeed later
  kAttestationMisconfigured,
  kAttestationHidden,  // v1alpha1, refused, to look like a success
  kStoreUnavailable,   // overload or outage: the same upload may succeed later
  kStoreFailed,
};
inline constexpr std::size_t kEndingCount = 24;

// What the sender of an upload is told, whatever the protocol.
struct Receipt {
  Ending ending = Ending::kAccepted;
  std::string detail;
  std::vector<std::string> warnings;  // keys that were dropped for their symptom onset
  int inserted = 0;                   // keys stored for the first time
  std::string revision_token;         // base64; empty: none
  bool waited_for_store = false;      // the store decided, after a commit
};

// The receipt of an upload of which nothing was stored.
inline Receipt Failure(Ending ending, std::string detail = {}) {
  Receipt receipt;
  receipt.ending = ending;
  receipt.detail = std::move(detail);
  return receipt;
}

}  // namespace enks::publish
