#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "attestation/secrets_of_days.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "store/attestations.h"

namespace enks::attestation {

// Whether a token was used before, and for what: keyed digests in the database, shared by all
// processes (docs/attestation.md, "Replays"). The same upload sent again is no replay: a phone does
// that when an answer was lost. Thread-safe; blocks on the database.
class TokenMemory {
 public:
  enum class Sight : std::uint8_t { kFirst, kSameUpload, kOtherUpload };

  // Both outlive it.
  TokenMemory(store::AttestationRecords& records, const SecretsOfDays& secrets)
      : records_(records), secrets_(secrets) {}

  // Notes that `token` is used for the upload with the binding `upload`, for at least `lifetime`
  // (at most a day) from `now` on. `kind` keeps tokens of different schemes apart. kUnavailable
  // while the secrets of these days were not read.
  Result<Sight> Note(std::string_view kind, base::ByteView token,
                     const crypto::Sha256Digest& upload, base::UnixTime now,
                     std::chrono::seconds lifetime);
  // Takes back what Note() called kFirst.
  Status Forget(std::string_view kind, base::ByteView token, base::UnixTime now);

 private:
  store::AttestationRecords& records_;
  const SecretsOfDays& secrets_;
};

}  // namespace enks::attestation
