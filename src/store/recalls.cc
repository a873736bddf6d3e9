#include "store/recalls.h"

namespace enks::store {

Status CheckSelection(const RecallSelection& selection) {
  if (selection == RecallSelection()) {
    return absl::InvalidArgumentError("a recall must select something");
  }
  if (!selection.certificate_key_version.empty() && !selection.health_authority_id) {
    return absl::InvalidArgumentError("a key version says nothing without its health authority");
  }
  if (selection.released_from && selection.released_thru &&
      *selection.released_from >= *selection.released_thru) {
    return absl::InvalidArgumentError("the span of release times is empty");
  }
  return absl::OkStatus();
}

bool Selects(const RecallSelection& selection, const Origin& origin, UnixTime release_at) {
  if (origin.generated) return false;
  if (selection.health_authority_id &&
      origin.health_authority_id != selection.health_authority_id) {
    return false;
  }
  if (!selection.certificate_key_version.empty() &&
      origin.certificate_key_version != selection.certificate_key_version) {
    return false;
  }
  if (!selection.app.empty() && origin.app != selection.app) return false;
  if (selection.released_from && release_at < *selection.released_from) return false;
  return !selection.released_thru || release_at < *selection.released_thru;
}

}  // namespace enks::store
