#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "store/keys.h"
#include "store/sql/connection.h"

namespace enks::store::runs {

// Stores padding keys in the caller's transaction, which holds the lock of the key writers. They
// get runs of their own, of at most `run_keys_max` keys: their release times lie in a window that
// is closed, so no upload's key can join them. Every process takes them over with its next commit.
// kInvalidArgument if a key does not fit a record or comes twice.
Status AddPadding(sql::Connection& connection, const Origin& origin,
                  const std::vector<exposure::AcceptedKey>& keys, std::size_t run_keys_max);

}  // namespace enks::store::runs
