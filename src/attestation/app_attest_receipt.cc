#include "attestation/app_attest_receipt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <utility>

#include "attestation/evidence.h"
#include "base/time_text.h"
#include "crypto/der.h"
#include "crypto/digest.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using base::ByteView;
using crypto::DerReader;

constexpr std::int64_t kAppId = 2;
constexpr std::int64_t kAttestedCertificate = 3;
constexpr std::int64_t kClientHash = 4;
constexpr std::int64_t kType = 6;
constexpr std::int64_t kCreated = 12;
constexpr std::array kFieldsNeeded = {kAppId, kAttestedCertificate, kClientHash, kType, kCreated};
constexpr std::size_t kFractionDigitsMax = 9;

Status Broken(const char* what) {
  return absl::InvalidArgumentError(what);
}

// RFC 3339 in UTC with any fraction of a second, cut to milliseconds: 2020-11-21T22:13:02.796Z.
std::optional<MadeAt> ParseCreated(std::string_view text) {
  std::string whole(text);
  std::int64_t milliseconds = 0;
  if (const auto dot = text.find('.'); dot != std::string_view::npos) {
    std::string_view fraction = text.substr(dot + 1);
    if (!fraction.ends_with('Z')) return std::nullopt;
    fraction.remove_suffix(1);
    const bool is_number =
        std::ranges::all_of(fraction, [](char c) { return c >= '0' && c <= '9'; });
    if (fraction.empty() || fraction.size() > kFractionDigitsMax || !is_number) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) {
      milliseconds = milliseconds * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    }
    whole = fmt::format("{}Z", text.substr(0, dot));
  }
  const auto seconds = base::ParseTime(whole);
  if (!seconds || !whole.ends_with('Z')) return std::nullopt;
  return *seconds + std::chrono::milliseconds(milliseconds);
}

Status TakeField(std::int64_t type, ByteView value, AppAttestReceipt& receipt) {
  if (type == kAppId) receipt.app_id = base::AsText(value);
  if (type == kClientHash) receipt.client_hash.assign(value.begin(), value.end());
  if (type == kType) receipt.type = base::AsText(value);
  if (type == kAttestedCertificate) {
    if (value.size() > kChainCertificateBytesMax) return Broken("receipt: a certificate too long");
    ENKS_ASSIGN(const crypto::Certificate certificate, crypto::Certificate::FromDer(value));
    ENKS_ASSIGN(receipt.attested, certificate.Key());
  }
  if (type == kCreated) {
    const auto created = ParseCreated(base::AsText(value));
    if (!created) return Broken("receipt: a creation time that is none");
    receipt.created = *created;
  }
  return absl::OkStatus();
}

// SET OF SEQUENCE { INTEGER type, INTEGER version, OCTET STRING value }, each type once at most.
Status ReadFields(ByteView content, AppAttestReceipt& receipt) {
  DerReader outer(content);
  ENKS_ASSIGN(DerReader fields, outer.Set());
  ENKS_TRY(outer.End());
  std::vector<std::int64_t> seen;
  while (!fields.AtEnd()) {
    ENKS_ASSIGN(DerReader field, fields.Sequence());
    ENKS_ASSIGN(const std::int64_t type, field.Integer());
    ENKS_TRY(field.Integer().status());
    ENKS_ASSIGN(const ByteView value, field.OctetString());
    ENKS_TRY(field.End());
    if (std::ranges::find(seen, type) != seen.end()) return Broken("receipt: a field twice");
    if (seen.size() == kReceiptFieldsMax) return Broken("receipt: too many fields");
    seen.push_back(type);
    ENKS_TRY(TakeField(type, value, receipt));
  }
  const bool has_all = std::ranges::all_of(kFieldsNeeded, [&](std::int64_t needed) {
    return std::ranges::find(seen, needed) != seen.end();
  });
  return has_all ? absl::OkStatus() : Broken("receipt: a field is missing");
}

bool CheckEnvelope(const crypto::SignedContent& envelope, const crypto::ChainVerifier& anchors,
                   base::UnixTime now, Checks& checks) {
  if (!checks.Holds("receipt signature", envelope.is_signature_valid, Reason::kSignatureInvalid,
                    [&] {
                      return fmt::format("{} by the key of {}",
                                         envelope.is_signature_valid ? "valid" : "not valid",
                                         envelope.signer.Subject());
                    })) {
    return false;
  }
  const Status chain =
      anchors.Verify(envelope.signer, envelope.certificates, now, crypto::kCmsCertificatesMax);
  return checks.Holds("receipt certificate chain", chain.ok(), Reason::kChainInvalid, [&] {
    return chain.ok() ? "leads to an anchor for receipts" : std::string(MessageOf(chain));
  });
}

bool CheckFields(const AppAttestReceipt& receipt, const ReceiptExpectation& expected,
                 Checks& checks) {
  return checks.Holds("receipt app", receipt.app_id == expected.app_id, Reason::kAppMismatch,
                      [&] { return fmt::format("made for {}", receipt.app_id); }) &&
         checks.Holds("receipt key", receipt.attested->Spki() == expected.attested.Spki(),
                      Reason::kBindingMismatch,
                      [] { return "the key in it should be the attested one"; }) &&
         checks.Holds("receipt type", receipt.type == "ATTEST", Reason::kBindingMismatch,
                      [&] { return fmt::format("{}, wanted ATTEST", receipt.type); }) &&
         checks.Holds("receipt client hash",
                      crypto::EqualInConstantTime(receipt.client_hash, expected.client_data_hash),
                      Reason::kBindingMismatch, [&] {
                        return fmt::format("{}, wanted {}", base::ToHex(receipt.client_hash),
                                           base::ToHex(expected.client_data_hash));
                      });
}

}  // namespace

Result<AppAttestReceipt> ReadAppAttestReceipt(ByteView ber) {
  ENKS_ASSIGN(crypto::SignedContent envelope, crypto::ReadSignedContent(ber));
  AppAttestReceipt receipt{std::move(envelope), {}, {}, {}, {}, {}};
  ENKS_TRY(ReadFields(receipt.envelope.content, receipt));
  return receipt;
}

bool CheckAppAttestReceipt(ByteView ber, const ReceiptExpectation& expected,
                           const crypto::ChainVerifier& anchors, base::UnixTime now,
                           const FreshnessWindow& window, Checks& checks) {
  const auto receipt = ReadAppAttestReceipt(ber);
  if (!checks.Needs("receipt", receipt.ok(), Reason::kMalformed, [&] {
        return receipt.ok() ? fmt::format("{} bytes", ber.size())
                            : std::string(MessageOf(receipt.status()));
      })) {
    return false;
  }
  return CheckEnvelope(receipt->envelope, anchors, now, checks) &&
         CheckFields(*receipt, expected, checks) &&
         CheckFreshness(receipt->created, now, window, checks);
}

}  // namespace enks::attestation
