#pragma once

#include <absl/functional/any_invocable.h>

#include <optional>
#include <string>
#include <string_view>

#include "attestation/binding.h"
#include "attestation/evidence.h"
#include "attestation/reason.h"
#include "base/clock.h"

namespace enks::attestation {

// What the gate is asked about one upload, whose certificate is valid and whose keys are usable.
struct Inquiry {
  std::string app;                   // name of the authorized app, in lower case
  std::optional<Evidence> evidence;  // nothing: none was sent
  BoundUpload upload;
  bool is_v1alpha1 = false;
  bool is_traveler = false;
  bool is_self_report = false;
  base::UnixTime now;
};

// Whether an upload may go in, and if not, why: only the caller's choice of an answer depends on
// the reason.
struct Admission {
  bool admitted = false;
  Reason reason = Reason::kNone;
  // v1alpha1 only: the refusal is to look like a success, as the reference answered it.
  bool looks_like_success = false;
};

// Decides by the policy of its app whether an upload comes from a genuine app on a genuine device.
// Keeps nothing of any upload or attestation but the digests of attestations.h. Thread-safe.
class Gate {
 public:
  using Done = absl::AnyInvocable<void(Admission)>;

  virtual ~Gate() = default;

  // Whether the app's uploads are to be asked about at all; all others are admitted.
  virtual bool Concerns(std::string_view app) const = 0;

  // Tells exactly once, at once or on another thread, whether the upload is admitted. Never blocks;
  // the work is bounded. What still waits when the gate goes is told kUnavailable.
  virtual void Ask(Inquiry inquiry, Done done) = 0;
};

}  // namespace enks::attestation
