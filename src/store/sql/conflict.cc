#include <absl/strings/cord.h>
#include <absl/strings/string_view.h>

#include "store/sql/connection.h"

namespace enks::store::sql {
namespace {

constexpr absl::string_view kMark = "enks/database-conflict";

}  // namespace

Status ConflictError(std::string_view text) {
  Status status = absl::AbortedError({text.data(), text.size()});
  status.SetPayload(kMark, absl::Cord());
  return status;
}

bool IsConflict(const Status& status) {
  return status.GetPayload(kMark).has_value();
}

}  // namespace enks::store::sql
