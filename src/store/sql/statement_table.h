#pragma once

#include <string_view>

#include "store/sql/connection.h"

namespace enks::store::sql {

// The first table that `statement` names (the word after INTO, UPDATE, FROM, TABLE or ON), for
// error texts: it tells an operator where to look and can hold no value. The statement's first word
// if it names none.
std::string_view TableOf(Literal statement);

}  // namespace enks::store::sql
