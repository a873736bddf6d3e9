#include "store/postgres/database.h"

#include <libpq-fe.h>

#include <memory>
#include <utility>

#include "store/postgres/connection.h"
#include "store/postgres/session.h"

namespace enks::store::postgres {
namespace {

class PostgresDatabase final : public sql::Database {
 public:
  explicit PostgresDatabase(std::string target) : target_(std::move(target)) {}

  Result<std::unique_ptr<sql::Connection>> Connect() override {
    ENKS_ASSIGN(Session session, postgres::Connect(target_));
    return std::make_unique<Connection>(target_, std::move(session));
  }

 private:
  const std::string target_;
};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

}  // namespace

Status CheckConnectionString(const std::string& target) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(target.c_str(), nullptr));
  if (options != nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "not a PostgreSQL connection string: give key=value pairs such as `host=db dbname=enks`, or "
      "a URI such as `postgresql://enks@db/enks`");
}

std::unique_ptr<sql::Database> OpenDatabase(std::string target) {
  return std::make_unique<PostgresDatabase>(std::move(target));
}

}  // namespace enks::store::postgres
