#pragma once

#include <postgres_ext.h>

namespace enks::store::postgres {

// The built-in types that our tables use. Their numbers are fixed for all time (pg_type.dat).
inline constexpr Oid kBool = 16;
inline constexpr Oid kBytea = 17;
inline constexpr Oid kInt8 = 20;
inline constexpr Oid kInt2 = 21;
inline constexpr Oid kInt4 = 23;
inline constexpr Oid kText = 25;

}  // namespace enks::store::postgres
