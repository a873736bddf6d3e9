#pragma once

#include <string>

#include "attestation/checks.h"
#include "attestation/freshness.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/certificate.h"
#include "crypto/cms.h"

// The receipt inside an App Attest object (spec/device-attestation.md section 8.3): the only thing
// in it that says when it was made.
namespace enks::attestation {

inline constexpr std::size_t kReceiptFieldsMax = 32;

// A receipt, read but not verified.
struct AppAttestReceipt {
  crypto::SignedContent envelope;
  std::string app_id;                         // field 2
  std::optional<crypto::PublicKey> attested;  // field 3: the key of the certificate in it
  base::Bytes client_hash;                    // field 4
  std::string type;                           // field 6: ATTEST, or RECEIPT for a renewed one
  MadeAt created{};                           // field 12
};

// kInvalidArgument says what is wrong with the form. The five fields above must be there; others
// are passed over.
Result<AppAttestReceipt> ReadAppAttestReceipt(base::ByteView ber);

// What a receipt must say to belong to an attestation.
struct ReceiptExpectation {
  std::string_view app_id;
  const crypto::PublicKey& attested;
  base::ByteView client_data_hash;
};

// Goes through section 8.3 in order, with `anchors` for the receipts' signers. Returns as
// Checks::Needs() does.
bool CheckAppAttestReceipt(base::ByteView ber, const ReceiptExpectation& expected,
                           const crypto::ChainVerifier& anchors, base::UnixTime now,
                           const FreshnessWindow& window, Checks& checks);

}  // namespace enks::attestation
