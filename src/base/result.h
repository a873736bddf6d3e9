#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string_view>
#include <utility>

namespace enks {

// Outcome of an operation that can fail for a reason its caller cannot foresee (disk, network,
// malformed input). Outcomes that a caller must tell apart are enums or structs in the header of
// the function instead. Messages are for the operator: they name files, settings and counts, never
// keys, tokens, bodies or addresses of phones.
using Status = absl::Status;

template <typename T>
using Result = absl::StatusOr<T>;

// The text of a status. (Debian's Abseil has a string view of its own, which fmt does not know.)
inline std::string_view MessageOf(const Status& status) {
  return {status.message().data(), status.message().size()};
}

}  // namespace enks

// Returns the status from the enclosing function unless it is OK.
#define ENKS_TRY(expression)                                                  \
  do {                                                                        \
    if (::enks::Status enks_try_status = (expression); !enks_try_status.ok()) \
      return enks_try_status;                                                 \
  } while (false)

// Declares `declaration` from the value of a Result, or returns its status.
//   ENKS_ASSIGN(auto key, ReadKey(path));
#define ENKS_ASSIGN(declaration, expression) \
  ENKS_ASSIGN_NAMED(ENKS_CONCAT(enks_result_, __LINE__), declaration, expression)
#define ENKS_ASSIGN_NAMED(name, declaration, expression) \
  auto name = (expression);                              \
  if (!name.ok()) return std::move(name).status();       \
  declaration = *std::move(name)
#define ENKS_CONCAT_INNER(a, b) a##b
#define ENKS_CONCAT(a, b) ENKS_CONCAT_INNER(a, b)
