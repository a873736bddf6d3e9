#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "authority/certificate.h"
#include "authority/directory.h"
#include "base/clock.h"
#include "exposure/rules.h"

namespace enks::publish {

// The work that an upload costs before it reaches the store, done for a decoy on an upload of our
// own making: so that neither the load of the machine nor the time of other answers tells that it
// was a decoy. What the phone sent in the decoy does not matter. Immutable; thread-safe.
class DecoyWork {
 public:
  // Makes an app, a health authority with a key pair, and an upload of 14 keys that it vouches for.
  DecoyWork(const exposure::UploadRules& rules, base::UnixTime now);

  // Reads, verifies and assesses that upload. Returns how many of its keys are usable.
  std::size_t Do(base::UnixTime now) const;

 private:
  const exposure::UploadRules rules_;
  const authority::CertificateVerifier verifier_;
  std::string body_;
  std::unique_ptr<const authority::DirectorySnapshot> directory_;
};

}  // namespace enks::publish
