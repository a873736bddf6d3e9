#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "store/sql/connection.h"

namespace enks::store::sql {

// OK if a statement changed a row, kNotFound naming `row` if it found none.
Status ExpectFound(const Result<std::int64_t>& changed, std::string_view row);

// The outcome of an INSERT or UPDATE: kAlreadyExists names `row` instead of a table's constraint.
Status NameDuplicate(const Status& status, std::string_view row);

// Whether a statement finds a row.
Result<bool> Exists(Connection& connection, Literal select, std::initializer_list<Value> values);

// The id that an INSERT … RETURNING gives back.
Result<std::int64_t> InsertedId(Connection& connection, Literal insert,
                                std::initializer_list<Value> values);

}  // namespace enks::store::sql
