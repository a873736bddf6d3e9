#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "store/attestations.h"

namespace enks::attestation {

// The secrets that digests of attestations and challenges are keyed with: 32 random bytes a day
// (UTC), the same in all processes, held for yesterday, today and tomorrow and deleted with their
// use. So nobody, not even who holds the database the day after, can look for a token in what was
// remembered. Thread-safe.
class SecretsOfDays {
 public:
  using Day = std::int64_t;  // since 1970
  using Snapshot = std::map<Day, base::Bytes>;

  // Both outlive it; `random` is fit for secrets.
  SecretsOfDays(store::AttestationRecords& records, base::Random& random)
      : records_(records), random_(random) {}

  // Reads, or makes, what is missing for `now`. Blocks on the database. On failure what was there
  // stays.
  Status Refresh(base::UnixTime now);

  // The secrets of the day of `now` and of the day before it, as far as they were read.
  Snapshot Current(base::UnixTime now) const;

 private:
  store::AttestationRecords& records_;
  base::Random& random_;
  mutable std::mutex mutex_;
  Snapshot secrets_;  // guarded by mutex_
};

SecretsOfDays::Day DayOf(base::UnixTime time);

}  // namespace enks::attestation
