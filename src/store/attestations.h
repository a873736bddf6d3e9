#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

// What is remembered of device attestations: nothing but keyed digests and, where an operator has
// chosen so, phones' public keys. None of it shares a column or a time with the keys of exposures
// (docs/privacy.md).
namespace enks::store {

using base::UnixTime;

// A token that was used. Both digests are keyed by attestation/token_memory.h, so that only who
// holds a token can look for it.
struct AttestationMark {
  base::Bytes token;   // 32 bytes
  base::Bytes upload;  // 32 bytes: what it was used for
  UnixTime expires;    // a whole hour
};

// What is held for a token now.
struct HeldMark {
  base::Bytes upload;
  bool is_new = false;  // it was stored just now
};

// A phone's App Attest key, for authorities that take assertions.
struct AttestedKey {
  base::Bytes id;          // 32 bytes: digest of the app and the key identifier
  base::Bytes public_key;  // DER SubjectPublicKeyInfo
  std::string app_id;
  std::uint32_t counter = 0;
  std::int64_t last_used_day = 0;  // days since 1970, UTC
  bool operator==(const AttestedKey&) const = default;
};

// Part of a Store. Thread-safe; blocks on the database.
class AttestationRecords {
 public:
  virtual ~AttestationRecords() = default;

  // Stores the mark unless one for the same token is there. A mark is there until the cleanup has
  // found it expired.
  virtual Result<HeldMark> RememberAttestation(const AttestationMark& mark) = 0;
  // Success also if there is no such mark.
  virtual Status ForgetAttestation(base::ByteView token) = 0;

  // The secret of a day (days since 1970, UTC), the same for all processes: `candidate` if it has
  // none yet. 32 bytes.
  virtual Result<base::Bytes> AttestationSecret(std::int64_t day, const base::Bytes& candidate) = 0;

  virtual Result<std::optional<AttestedKey>> FindAttestedKey(base::ByteView id) = 0;
  // kAlreadyExists if there is one with this id.
  virtual Status AddAttestedKey(const AttestedKey& key) = 0;
  // Sets the counter and the day. kAborted, changing nothing, unless the stored counter is lower;
  // kNotFound if there is no such key.
  virtual Status AdvanceAttestedKey(base::ByteView id, std::uint32_t counter, std::int64_t day) = 0;

  // Deletes marks that expired by `now`, secrets of days before the day before, and attested keys
  // not used for `key_idle_max`; returns how many marks and keys.
  virtual Result<std::int64_t> DeleteOldAttestations(UnixTime now,
                                                     std::chrono::days key_idle_max) = 0;
};

}  // namespace enks::store
