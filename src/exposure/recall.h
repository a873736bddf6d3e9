#pragma once

#include <cstdint>
#include <optional>

#include "exposure/tek.h"

// Taking back keys that should never have been published, as a pure function. Not to be mixed up
// with a revision, by which a phone changes its own report (exposure/revision.h): a recall is an
// operator's, needs no token, and ends in `negative` whatever was said before, confirmed included.
namespace enks::exposure {

// One report of a key that is stored: as first published, or as revised.
struct StoredReport {
  ReportType report_type = ReportType::kUnspecified;
  bool selected = false;  // it came in under what is recalled
  bool released = false;  // an export file may hold it already
};

// What becomes of a stored key.
struct RecallVerdict {
  bool drop_first = false;     // its first publication goes: nobody has seen it
  bool drop_revision = false;  // its revision goes: nobody has seen it, or a new one replaces it
  bool revoke = false;         // phones are told that it is negative

  bool Changes() const { return drop_first || drop_revision || revoke; }
  bool operator==(const RecallVerdict&) const = default;
};

// The newest report decides: a key that somebody else reported again since stands by that report,
// and one that is negative already stays as it is, so a recall that is repeated changes nothing. A
// report that is not released yet is dropped, and phones never hear of it; one that is released is
// answered by a negative revision. At least one of the two reports is given.
RecallVerdict DecideRecall(const std::optional<StoredReport>& first,
                           const std::optional<StoredReport>& revision);

// The transmission risk that goes with a recall: the reference's of a negative report. What the
// phone had sent speaks of a diagnosis that was none.
std::int32_t RecalledTransmissionRisk();

// How many of `generated` padding keys are recalled with `revoked` of `real` keys, so that the
// recall does not tell one from the other: the same share, rounded. `real` is positive.
std::int64_t RecalledPadding(std::int64_t generated, std::int64_t revoked, std::int64_t real);

}  // namespace enks::exposure
