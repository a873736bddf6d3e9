#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "authority/jwk_set.h"
#include "base/clock.h"
#include "store/records.h"

// What a JWKS document means for the stored keys of its health authority: a pure decision, which
// key_sync.h carries out. The ids J1 to J11 are those of docs/divergences.md.
namespace enks::jwks {

using base::UnixTime;
using store::HealthAuthorityKey;

struct SyncRules {
  // How long a key must be missing from every document that could be read before it is revoked.
  // However short, the first document without it never revokes it: documents are served by caches
  // and several machines, and one of them may be behind or half configured.
  std::chrono::seconds confirm_after{3600};
  // How long a revoked key is kept for the record (HEALTH_AUTHORITY_KEY_CLEANUP_TTL).
  std::chrono::seconds cleanup_ttl{720 * 3600};
};

// The most keys an authority may have, whoever brought them. A document that changes its kids every
// few minutes would otherwise fill the database, since what has vanished is kept for a while.
inline constexpr std::size_t kAuthorityKeysMax = 256;

enum class FindingKind {
  kAdded,
  kBack,       // missing or revoked for that, and in the document again (J5)
  kReplaced,   // other material under the same kid; the former is valid for nobody any more (J2)
  kMissing,    // not in the document
  kRevoked,    // missing for long enough
  kLast,       // missing for long enough, but the last valid key, which only a person may end (J3)
  kDeleted,    // revoked long ago
  kOperators,  // the document has other material for a key that an operator keeps by hand (J9)
  kTooMany,    // not added: kAuthorityKeysMax is reached
};

// Something that happened to a key, or will.
struct Finding {
  FindingKind kind;
  std::string version;  // kid
  UnixTime at;          // kMissing: when it will be revoked; kLast: missing since; else now

  bool operator==(const Finding&) const = default;
};

// What a kind of finding means, in words that follow the key's name.
std::string_view Meaning(FindingKind kind);
// What its time is, as the name of a log field.
std::string_view TimeName(FindingKind kind);
// Whether a person must hear of it, because it may be a mistake or an attack.
bool IsAlarm(FindingKind kind);

struct KeyPlan {
  std::vector<HealthAuthorityKey> keys;  // what is to be stored, in the order of store.h
  std::vector<Finding> findings;
};

// What becomes of the `stored` keys of an authority whose document, which could be read, lists
// `published`. What is kept whatever the document says:
//  - Keys that an operator brought, or took over by revoking them, stay as they are (J9).
//  - An authority with a key that is valid and has no end keeps one.
//  - A key is revoked once, and the time of that stays (J1).
KeyPlan PlanKeys(const std::vector<HealthAuthorityKey>& stored,
                 const std::vector<authority::PublishedKey>& published, const SyncRules& rules,
                 UnixTime now);

}  // namespace enks::jwks
