#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/keys.h"

// Recalls: what an operator takes back, and the record of it, which never holds a key.
namespace enks::store {

// Which reports are recalled: those that agree with every selector that is set.
struct RecallSelection {
  std::optional<std::int64_t> health_authority_id;
  std::string certificate_key_version;    // kid of a key of that authority; empty: any
  std::string app;                        // as stored, lower-case; empty: any
  std::optional<UnixTime> released_from;  // release time at or after
  std::optional<UnixTime> released_thru;  // release time before

  bool operator==(const RecallSelection&) const = default;
};

// kInvalidArgument unless something is selected, a key version comes with its authority, and the
// times are in order.
Status CheckSelection(const RecallSelection& selection);

// Whether a report with this origin and release time is recalled. Padding never is by itself: it
// goes with the real keys it hides (docs/padding.md).
bool Selects(const RecallSelection& selection, const Origin& origin, UnixTime release_at);

struct RecallCounts {
  std::int64_t revoked = 0;    // published before; phones are told that they are negative
  std::int64_t withdrawn = 0;  // not published yet, and now never
  std::int64_t padding = 0;    // padding keys revoked with them

  RecallCounts& operator+=(const RecallCounts& other) {
    revoked += other.revoked;
    withdrawn += other.withdrawn;
    padding += other.padding;
    return *this;
  }
  bool operator==(const RecallCounts&) const = default;
};

// The record of a recall. It stays for good.
struct Recall {
  std::int64_t id = 0;
  std::string operator_name;  // who
  std::string reason;         // why
  RecallSelection selection;
  std::string issuer;  // of the selected authority as it was then, for it may be removed later
  UnixTime started_at;
  std::optional<UnixTime> finished_at;  // nothing: still running, or broken off
  RecallCounts counts;                  // so far
};

// What a recall would do, by the authority that vouched and the day (UTC) of release.
struct RecallForecast {
  struct Line {
    std::optional<std::int64_t> health_authority_id;  // nothing: published without a certificate
    UnixTime day;
    RecallCounts counts;  // without padding
  };
  std::vector<Line> lines;  // by authority and day
  RecallCounts total;
};

// Called between the steps of a recall with the counts so far. A status that is not OK breaks the
// recall off there.
using RecallProgress = std::function<Status(const RecallCounts&)>;

}  // namespace enks::store
