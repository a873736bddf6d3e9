#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "exposure/region.h"
#include "exposure/windows.h"
#include "store/keys.h"
#include "store/sql/connection.h"

// Reading keys: the part of ReadOnlyStore that concerns runs. Each function reads from one
// consistent snapshot, in a transaction of its own on `connection`, which must be in none.
namespace enks::store::runs {

// ReadOnlyStore::ForEachKey. Holds one run in memory at a time. `visit` must not use `connection`.
Status ForEachKey(sql::Connection& connection, exposure::Window window, KeyPass pass,
                  const exposure::KeySelection& selection,
                  const std::function<Status(const ExportedKey&)>& visit);

// ReadOnlyStore::Explain. Of a key whose first publication was deleted already while its revision
// is still kept, the revised values and release time are given as the first ones, too.
Result<KeyHistory> Explain(sql::Connection& connection, const exposure::KeyData& key);

// ReadOnlyStore::CountKeys. A key and its revision are one key.
Result<std::int64_t> CountKeys(sql::Connection& connection);

}  // namespace enks::store::runs
