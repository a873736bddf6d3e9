#pragma once

#include <libpq-fe.h>

#include "store/sql/connection.h"

namespace enks::store::postgres {

// The only row of an answer in single-row mode, in binary format. Lives no longer than the answer.
class AnswerRow final : public sql::Row {
 public:
  explicit AnswerRow(const PGresult* answer) : answer_(answer) {}

  bool IsNull(int column) const override;
  std::int64_t Int(int column) const override;
  std::string_view Text(int column) const override;
  base::ByteView Blob(int column) const override;

 private:
  const PGresult* const answer_;
};

}  // namespace enks::store::postgres
