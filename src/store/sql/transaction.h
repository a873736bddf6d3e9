#pragma once

#include "store/sql/connection.h"

namespace enks::store::sql {

// Runs `body`, which returns a Status, within a transaction: commits if it returns OK, rolls back
// if it does not. Returns the first failure.
template <typename Body>
Status InTransaction(Connection& connection, TransactionKind kind, Body&& body) {
  ENKS_TRY(connection.Begin(kind));
  if (Status status = body(); !status.ok()) {
    connection.Rollback();
    return status;
  }
  return connection.Commit();
}

}  // namespace enks::store::sql
