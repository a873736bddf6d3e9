#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

// The environment variables of the reference server that are no setting of enks: what becomes of
// each. Those that are a setting stand beside it in settings_table.cc. Internal to server/.
namespace enks::server {

// Parts of a database connection: the variable and libpq's keyword.
inline constexpr std::pair<std::string_view, std::string_view> kDatabaseVariables[] = {
    {"DB_NAME", "dbname"},
    {"DB_USER", "user"},
    {"DB_PASSWORD", "password"},
    {"DB_HOST", "host"},
    {"DB_PORT", "port"},
    {"DB_SSLMODE", "sslmode"},
    {"DB_SSLCERT", "sslcert"},
    {"DB_SSLKEY", "sslkey"},
    {"DB_SSLROOTCERT", "sslrootcert"},
    {"DB_CONNECT_TIMEOUT", "connect_timeout"}};

// Whether the variables describe a database. Without a name and a host the others mean nothing.
bool NamesDatabase(const std::map<std::string, std::string>& environment);

// Whether the reference reads the variable and enks, too: a setting, a part of the database, the
// port, the log. Others change nothing here.
bool HasEffect(std::string_view name, const std::map<std::string, std::string>& environment);

// Whether the reference reads the variable, with or without an effect here.
bool IsReferenceVariable(std::string_view name);

// One sentence for each reason why variables that are set change nothing.
std::vector<std::string> NotesOnIdleVariables(
    const std::map<std::string, std::string>& environment);

// Refuses values that enks would not honour although the reference does: a feature that is not
// there yet, a cloud service, a secret to be fetched. An operator who asked for one must not find
// out by its absence. kInvalidArgument names the variable and the way out, never the value.
Status RefuseWhatIsNotThere(const std::map<std::string, std::string>& environment);

}  // namespace enks::server
