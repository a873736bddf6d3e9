#pragma once

#include <absl/functional/any_invocable.h>

#include <functional>
#include <memory>

#include "attestation/alarms.h"
#include "attestation/challenge.h"
#include "attestation/device_check.h"
#include "attestation/gate.h"
#include "attestation/play_decoder.h"
#include "attestation/token_memory.h"
#include "attestation/trust.h"
#include "base/clock.h"
#include "store/attestations.h"

namespace enks::attestation {

// What examiners share. All of it outlives them.
struct ExaminerParts {
  const Trust& trust;
  TokenMemory& memory;
  Challenges& challenges;
  store::AttestationRecords& records;
  // Runs a task that may block; false, leaving it unrun, if there is no room.
  std::function<bool(absl::AnyInvocable<void()>)> run_blocking;
};

// Carries out the policy of one app: procedure, questions to Apple and Google, memory of tokens.
// Thread-safe.
class Examiner {
 public:
  using Done = absl::AnyInvocable<void(Reason)>;

  // `apple` and `google` may be null where the policy does not ask them.
  Examiner(LoadedPolicy loaded, DeviceCheck* apple, PlayDecoder* google, const ExaminerParts& parts)
      : loaded_(std::move(loaded)), apple_(apple), google_(google), parts_(parts) {}

  const Policy& policy() const { return loaded_.policy; }

  // Examines the evidence of an inquiry, which has some. Blocks on the database; what Apple and
  // Google are asked it does not wait for: `done` is then called on their threads. The examiner
  // outlives that.
  void Examine(Inquiry inquiry, Done done) const;

 private:
  struct Case;  // one examination under way

  Reason CheckChallenge(Case& examined) const;
  void VerifyAssertion(std::shared_ptr<Case> examined) const;
  void AskApple(std::shared_ptr<Case> examined) const;
  void AskGoogle(std::shared_ptr<Case> examined) const;
  // The end of every way on which nothing was wrong so far: remembers what is to be remembered.
  void Conclude(Case& examined, Reason reason) const;
  Reason Remember(Case& examined) const;
  Reason Advance(const crypto::Sha256Digest& id, std::uint32_t counter, base::UnixTime now) const;

  const LoadedPolicy loaded_;
  DeviceCheck* const apple_;
  PlayDecoder* const google_;
  const ExaminerParts parts_;
};

}  // namespace enks::attestation
