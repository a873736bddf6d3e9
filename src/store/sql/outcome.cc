#include "store/sql/outcome.h"

#include <fmt/core.h>

namespace enks::store::sql {

Status ExpectFound(const Result<std::int64_t>& changed, std::string_view row) {
  if (!changed.ok()) return changed.status();
  if (*changed > 0) return absl::OkStatus();
  return absl::NotFoundError(fmt::format("there is no {}", row));
}

Status NameDuplicate(const Status& status, std::string_view row) {
  if (!absl::IsAlreadyExists(status)) return status;
  return absl::AlreadyExistsError(fmt::format("there is already {}", row));
}

Result<bool> Exists(Connection& connection, Literal select, std::initializer_list<Value> values) {
  bool exists = false;
  ENKS_TRY(connection
               .Execute(select, values,
                        [&](const Row&) {
                          exists = true;
                          return absl::OkStatus();
                        })
               .status());
  return exists;
}

Result<std::int64_t> InsertedId(Connection& connection, Literal insert,
                                std::initializer_list<Value> values) {
  std::int64_t id = 0;
  ENKS_TRY(connection
               .Execute(insert, values,
                        [&](const Row& row) {
                          id = row.Int(0);
                          return absl::OkStatus();
                        })
               .status());
  return id;
}

}  // namespace enks::store::sql
