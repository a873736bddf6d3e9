#include "attestation/app_attest_assertion.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "attestation/app_attest_object.h"
#include "base/base64.h"
#include "crypto/digest.h"

namespace enks::attestation {
namespace {

using base::ByteView;

Result<AppAttestAssertionObject> ReadAssertion(std::string_view text) {
  if (text.size() > kTokenCharactersMax) return absl::InvalidArgumentError("too long");
  const auto bytes = base::FromAnyBase64(text);
  if (!bytes) return absl::InvalidArgumentError("not base64");
  return ReadAppAttestAssertion(*bytes);
}

// The phone signs the nonce as a message, so what ECDSA sees is SHA-256 of a SHA-256.
bool IsSigned(const AppAttestAssertionObject& assertion, ByteView client_data_hash,
              const crypto::PublicKey& key) {
  crypto::Sha256Stream stream;
  stream.Update(assertion.authenticator_data);
  stream.Update(client_data_hash);
  return key.VerifySha256(stream.Finish(), assertion.signature);
}

}  // namespace

std::optional<std::uint32_t> VerifyAppAttestAssertion(
    const Evidence& evidence, ByteView client_data_hash, const AppAttestPolicy& policy,
    const AppAttestKey& stored, std::uint32_t stored_counter, Checks& checks) {
  const auto assertion = ReadAssertion(evidence.assertion);
  if (!checks.Needs("assertion", assertion.ok(), Reason::kMalformed, [&] {
        return assertion.ok() ? "a signature and 37 bytes"
                              : std::string(MessageOf(assertion.status()));
      })) {
    return std::nullopt;
  }
  const AuthenticatorHead& head = assertion->head;
  const bool is_taken_app =
      std::ranges::find(policy.app_ids, stored.app_id) != policy.app_ids.end();
  const bool is_through =
      checks.Holds("assertion signature", IsSigned(*assertion, client_data_hash, stored.key),
                   Reason::kSignatureInvalid,
                   [] { return "wanted one over this upload, by the attested key"; }) &&
      checks.Holds("assertion app",
                   is_taken_app && head.app_id_hash == crypto::Sha256(base::AsBytes(stored.app_id)),
                   Reason::kAppMismatch, [&] { return fmt::format("wanted {}", stored.app_id); }) &&
      checks.Holds("assertion counter", head.counter > stored_counter, Reason::kReplayed, [&] {
        return fmt::format("{}, wanted more than {}", head.counter, stored_counter);
      });
  if (!is_through || checks.reason() != Reason::kNone) return std::nullopt;
  return head.counter;
}

}  // namespace enks::attestation
