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

std::string HideSecrets(const std::string& target) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(target.c_str(), nullptr));
  std::string shown;
  if (options == nullptr) return shown;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    // libpq marks what a dialogue must not show: "*" a password, "D" what is for debugging.
    const bool is_secret = option->dispchar[0] == '*';
    if (!shown.empty()) shown += ' ';
    shown.append(option->keyword).append("=").append(is_secret ? "***" : option->val);
  }
  return shown;
}

std::unique_ptr<sql::Database> OpenDatabase(std::string target) {
  return std::make_unique<PostgresDatabase>(std::move(target));
}

}  // namespace enks::store::postgres
