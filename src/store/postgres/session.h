#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace enks::store::postgres {

struct FinishSession {
  void operator()(PGconn* session) const { PQfinish(session); }
};
using Session = std::unique_ptr<PGconn, FinishSession>;

struct ClearAnswer {
  void operator()(PGresult* answer) const { PQclear(answer); }
};
using Answer = std::unique_ptr<PGresult, ClearAnswer>;

// Connects, and sets what every session of ours has. kUnavailable if the server cannot be reached
// or refuses us; the text says why and holds no password.
Result<Session> Connect(const std::string& target);

// The status for a failed statement, by the table in store/sql/connection.h. `where` names a table.
// The server's message is left out on purpose, because it quotes values; SQLSTATE and the name of
// the broken constraint tell what happened.
Status ErrorOf(PGconn* session, const PGresult* answer, std::string_view where);

}  // namespace enks::store::postgres
