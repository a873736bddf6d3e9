#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "store/keys.h"
#include "store/sql/connection.h"

// The table key_origin: each distinct origin once, under a number that records carry. There are
// few: one for each app, set of regions, traveler flag, authority and certificate key in use.
// Everything here runs in the caller's transaction.
namespace enks::store::runs {

// A text that is the same for equal origins and differs for others (column identity).
std::string IdentityOf(const Origin& origin);

// The number of an origin, giving it one if it has none. Needs the lock of the key writers.
Result<std::uint32_t> InternOrigin(sql::Connection& connection, const Origin& origin);

// kDataLoss if there is no such origin or its row cannot be read.
Result<Origin> ReadOrigin(sql::Connection& connection, std::uint32_t origin_id);

using OriginVisitor = std::function<Status(std::uint32_t origin_id, const Origin& origin)>;
Status VisitOrigins(sql::Connection& connection, const OriginVisitor& visit);

// The list of regions as a JSON array (column regions), and back.
std::string RegionsToText(const std::vector<std::string>& regions);
Result<std::vector<std::string>> RegionsFromText(std::string_view text);

// Remembers numbers and origins, so that a commit asks for new ones only. Rows are never deleted
// or changed, so what was read from a committed transaction stays true; after one that was rolled
// back, Clear(). Not thread-safe.
class OriginCache {
 public:
  Result<std::uint32_t> Intern(sql::Connection& connection, const Origin& origin);
  Result<Origin> Get(sql::Connection& connection, std::uint32_t origin_id);
  void Clear();

 private:
  // Far more than there are; a bound all the same.
  static constexpr std::size_t kOriginsMax = 65536;
  void Keep(std::uint32_t origin_id, const Origin& origin);

  std::map<Origin, std::uint32_t> ids_;
  std::unordered_map<std::uint32_t, Origin> origins_;
};

}  // namespace enks::store::runs
