#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "exposure/rules.h"
#include "exposure/tek.h"

// Inserting and revising keys: spec/publish.md section 10 as a pure function. The store supplies
// what it has on each incoming key and carries out what Decide() says.
namespace enks::exposure {

// One entry of a revision token (spec/revision-token.md section 1).
struct RevisableKey {
  KeyData key;
  std::int32_t rolling_start = 0;
  std::int32_t rolling_period = 0;
  bool operator==(const RevisableKey&) const = default;
};

// What the store holds of a key that an upload names.
struct StoredState {
  Interval rolling_start;
  std::int32_t rolling_period = 0;
  ReportType report_type = ReportType::kUnspecified;
  bool local = true;                     // published here, not imported or federated
  std::optional<ReportType> revised_to;  // set once a key was revised
  // Published through the same app and health authority, and in no export yet: nobody but the phone
  // it belongs to can know the key. An upload that brings nothing new and only repeats such keys
  // needs no token for them: the answer that held it may have been lost (divergence R11).
  bool repeatable = false;
};

struct RevisionPolicy {
  bool token_required = true;     // NOT the app's bypass_revision_token
  bool allow_partial = false;     // ALLOW_PARTIAL_REVISIONS
  bool token_unreadable = false;  // a token was sent but did not open
  // The entries of the token that was sent and opened; nothing when there was no usable token.
  std::optional<std::vector<RevisableKey>> token;
  Interval oldest_revisable;  // token entries that end before it are dropped from new tokens
};

enum class Refusal {
  kNone,
  kMissingRevisionToken,
  kInvalidRevisionToken,
  kKeyAlreadyRevised,
  kInvalidReportTypeTransition,
  kKeyChanged,  // start or period differ from what is stored
  kNotLocal,    // the key belongs to a partner
};

enum class KeyAction : std::uint8_t { kInsert, kRevise, kKeep, kDrop, kNegative };

// What is to be done with an upload: all of it or, when refused, none of it.
struct Decision {
  Refusal refusal = Refusal::kNone;
  // For kInvalidReportTypeTransition: the types as stored and as sent.
  ReportType from = ReportType::kUnspecified;
  ReportType to = ReportType::kUnspecified;
  std::vector<KeyAction> actions;           // parallel to the upload's keys
  std::vector<RevisableKey> token_entries;  // what a new token is to hold; empty: no token
  int inserted = 0;
  int revised = 0;
  int dropped = 0;
};

// `states` is parallel to `keys`: what is stored of each, nothing if it is unknown.
Decision Decide(const std::vector<AcceptedKey>& keys,
                const std::vector<std::optional<StoredState>>& states,
                const RevisionPolicy& policy);

}  // namespace enks::exposure
