#include "attestation/policy.h"
#include "base/check.h"
#include "input.h"

namespace enks::fuzz {
namespace {

// What every reader of a policy relies on: nothing that is on lacks what would be compared.
void CheckPolicy(const attestation::Policy& policy) {
  if (policy.mode == attestation::Mode::kOff) return;
  ENKS_CHECK(!policy.schemes.empty());
  if (policy.Takes(attestation::Scheme::kSafetyNet)) {
    ENKS_CHECK(!policy.safetynet.packages.empty() && !policy.safetynet.packages.front().empty());
    ENKS_CHECK(!policy.safetynet.certificate_digests.empty());
    ENKS_CHECK(policy.safetynet.window.past.count() > 0);
  }
  if (policy.Takes(attestation::Scheme::kAppAttest)) {
    ENKS_CHECK(!policy.app_attest.app_ids.empty());
  }
}

}  // namespace

// A policy file is read whole or refused in words.
void Run(base::ByteView bytes) {
  const auto book = attestation::ReadPolicyBook(base::AsText(bytes), "/etc/enks");
  if (!book.ok()) {
    ENKS_CHECK(book.status().code() == absl::StatusCode::kInvalidArgument);
    ENKS_CHECK(!book.status().message().empty());
    return;
  }
  for (const auto& [app, policy] : book->policies) {
    ENKS_CHECK(!app.empty());
    CheckPolicy(policy);
  }
}

}  // namespace enks::fuzz
