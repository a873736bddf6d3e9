#include "store/postgres/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "store/sql/connection.h"

namespace enks::store::postgres {
namespace {

// A statement of ours takes milliseconds. One that takes longer than a minute is stuck behind
// something, and a session that idles inside a transaction belongs to a process that hangs: the
// server ends both, so that they stop nobody else. A commit must be on disk when it is answered,
// even where the server's own default is otherwise; stronger settings (remote_apply) are kept.
constexpr const char* kSettings =
    "SET statement_timeout = '60s';"
    "SET idle_in_transaction_session_timeout = '60s';"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'";

// `dbname` may be a whole connection string; it stands last, so that what it says counts. A dead
// network is noticed within about 15 s. A standby is refused: it cannot take uploads.
constexpr std::array kKeywords = {
    "application_name",
    "connect_timeout",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "target_session_attrs",
    "client_encoding",
    "dbname",
    static_cast<const char*>(nullptr),
};
constexpr std::array kValues = {
    "enks", "5", "5", "5", "2", "15000", "read-write", "UTF8",
};

void IgnoreNotice(void*, const PGresult*) {}

// libpq's own words about connecting, on one line. They name host, user and database.
std::string ConnectFault(PGconn* session) {
  std::string text = PQerrorMessage(session);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// A transaction that cannot be serialized, a deadlock, a lock that was not to be had.
bool IsConflict(std::string_view state) {
  return state == "40001" || state == "40P01" || state == "55P03";
}

// Class 08 connection, 53 resources, 57P shutdown, 58 system error; 57014 a statement's time ran
// out; 25006 the server turned into a standby. PostgreSQL manual, appendix A.
absl::StatusCode CodeOf(std::string_view state) {
  if (state == "23505") return absl::StatusCode::kAlreadyExists;
  if (state == "57014" || state == "25006") return absl::StatusCode::kUnavailable;
  for (const std::string_view unavailable : {"08", "53", "57P", "58"}) {
    if (state.starts_with(unavailable)) return absl::StatusCode::kUnavailable;
  }
  return absl::StatusCode::kInternal;
}

// A field of the server's error; empty if it has none.
std::string_view Field(const PGresult* answer, int field) {
  const char* const text = answer == nullptr ? nullptr : PQresultErrorField(answer, field);
  return text == nullptr ? "" : text;
}

}  // namespace

Result<Session> Connect(const std::string& target) {
  std::array<const char*, kKeywords.size()> values = {};
  std::copy(kValues.begin(), kValues.end(), values.begin());
  values[kValues.size()] = target.c_str();
  Session session(PQconnectdbParams(kKeywords.data(), values.data(), /*expand_dbname=*/1));
  if (PQstatus(session.get()) != CONNECTION_OK) {
    return absl::UnavailableError("postgres: " + ConnectFault(session.get()));
  }
  PQsetNoticeReceiver(session.get(), IgnoreNotice, nullptr);  // by default: standard error
  const Answer answer(PQexec(session.get(), kSettings));
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
    return ErrorOf(session.get(), answer.get(), "session settings");
  }
  return session;
}

Status ErrorOf(PGconn* session, const PGresult* answer, std::string_view where) {
  const std::string_view state = Field(answer, PG_DIAG_SQLSTATE);
  if (state.empty() || PQstatus(session) == CONNECTION_BAD) {
    return absl::UnavailableError(fmt::format("postgres: {}: the connection was lost", where));
  }
  std::string text = fmt::format("postgres: {}: SQLSTATE {}", where, state);
  const std::string_view constraint = Field(answer, PG_DIAG_CONSTRAINT_NAME);
  if (!constraint.empty()) text += fmt::format(", constraint {}", constraint);
  // Class 42 is a fault in our own text, which holds no values.
  if (state.starts_with("42")) text += fmt::format(": {}", Field(answer, PG_DIAG_MESSAGE_PRIMARY));
  return IsConflict(state) ? sql::ConflictError(text) : Status(CodeOf(state), text);
}

}  // namespace enks::store::postgres
