#include "exposure/recall.h"

#include "base/check.h"
#include "exposure/rules.h"

namespace enks::exposure {

RecallVerdict DecideRecall(const std::optional<StoredReport>& first,
                           const std::optional<StoredReport>& revision) {
  ENKS_CHECK(first || revision);
  const StoredReport& newest = revision ? *revision : *first;
  if (!newest.selected || newest.report_type == ReportType::kNegative) return {};
  const bool first_selected = first && first->selected;
  RecallVerdict verdict;
  verdict.drop_first = first_selected && !first->released;
  verdict.drop_revision = revision.has_value();
  verdict.revoke = (revision && revision->released) || (first_selected && first->released);
  return verdict;
}

std::int32_t RecalledTransmissionRisk() {
  return BackfillTransmissionRisk(0, ReportType::kNegative);
}

std::int64_t RecalledPadding(std::int64_t generated, std::int64_t revoked, std::int64_t real) {
  ENKS_CHECK(real > 0 && revoked >= 0 && revoked <= real && generated >= 0);
  return (2 * generated * revoked + real) / (2 * real);
}

}  // namespace enks::exposure
