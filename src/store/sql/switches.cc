#include "store/sql/sql_store.h"

// What operators switch on and off while servers run: a row is a switch that is on.
namespace enks::store::sql {

Result<bool> SqlStore::InMaintenance() {
  bool on = false;
  const auto found = [&](const Row&) {
    on = true;
    return absl::OkStatus();
  };
  ENKS_TRY(Read([&](Connection& connection) {
    return connection
        .Execute("SELECT name FROM operator_switch WHERE name = 'maintenance'", {}, found)
        .status();
  }));
  return on;
}

Status SqlStore::SetMaintenance(bool on) {
  return Write([on](Connection& connection) {
    return (on ? connection.Execute("INSERT INTO operator_switch (name) VALUES ('maintenance')"
                                    " ON CONFLICT (name) DO NOTHING",
                                    {})
               : connection.Execute("DELETE FROM operator_switch WHERE name = 'maintenance'", {}))
        .status();
  });
}

}  // namespace enks::store::sql
