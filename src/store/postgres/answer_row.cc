#include "store/postgres/answer_row.h"

#include "base/check.h"
#include "store/postgres/type_ids.h"

namespace enks::store::postgres {

bool AnswerRow::IsNull(int column) const {
  return PQgetisnull(answer_, 0, column) != 0;
}

// Two's complement, highest byte first. The type is checked because sum() of integers is a decimal
// number whose bytes would read as nonsense: cast it in the statement.
std::int64_t AnswerRow::Int(int column) const {
  if (IsNull(column)) return 0;
  const Oid type = PQftype(answer_, column);
  ENKS_CHECK(type == kInt8 || type == kInt4 || type == kInt2 || type == kBool);
  const base::ByteView bytes = Blob(column);
  std::uint64_t number = (bytes[0] & 0x80) != 0 && type != kBool ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return static_cast<std::int64_t>(number);
}

std::string_view AnswerRow::Text(int column) const {
  return {PQgetvalue(answer_, 0, column),
          static_cast<std::size_t>(PQgetlength(answer_, 0, column))};
}

base::ByteView AnswerRow::Blob(int column) const {
  return base::AsBytes(Text(column));
}

}  // namespace enks::store::postgres
