#include "attestation/app_attest_object.h"
#include "attestation/app_attest_receipt.h"
#include "attestation/cbor.h"
#include "base/check.h"
#include "input.h"

namespace enks::fuzz {
namespace {

void CheckItem(const attestation::CborItem& item, std::size_t depth, std::size_t& items) {
  ENKS_CHECK(depth <= attestation::kCborDepthMax);
  ENKS_CHECK(++items <= attestation::kCborItemsMax);
  for (const attestation::CborItem& child : item.items) CheckItem(child, depth + 1, items);
}

void ReadReceipt(base::ByteView ber) {
  const auto receipt = attestation::ReadAppAttestReceipt(ber);
  ENKS_CHECK(!receipt.ok() || receipt->attested.has_value());
}

}  // namespace

// What an iPhone, or whoever stands in for one, sends: CBOR, and in it authenticator data,
// certificates and a receipt. The receipt is tried on its own, too, as no fuzzer finds the way to
// it through two certificates.
void Run(base::ByteView bytes) {
  const auto item = attestation::ReadCbor(bytes);
  std::size_t items = 0;
  if (item.ok()) CheckItem(*item, 1, items);
  const auto object = attestation::ReadAppAttestObject(bytes);
  if (object.ok()) {
    ENKS_CHECK(item.ok() && object->chain.size() >= 2 && object->point.size() == 65);
    const auto nonce = attestation::NonceOf(object->chain.front());
    ENKS_CHECK(!nonce.ok() || nonce->size() == 32);
    ReadReceipt(object->receipt);
  }
  const auto assertion = attestation::ReadAppAttestAssertion(bytes);
  ENKS_CHECK(!assertion.ok() || assertion->authenticator_data.size() == 37);
  ReadReceipt(bytes);
}

}  // namespace enks::fuzz
