#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/recalls.h"
#include "store/sql/connection.h"

// The rows of recall: who took back what, when and why.
namespace enks::store::sql {

// Adds what a step of a recall did, in the transaction of that step.
Status AddToRecall(Connection& connection, std::int64_t recall_id, const RecallCounts& done);

}  // namespace enks::store::sql
