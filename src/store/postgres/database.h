#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/sql/connection.h"

// The PostgreSQL engine (15 or later), over libpq.
namespace enks::store::postgres {

// OK if libpq understands `target` (key=value pairs or a URI). It may hold a password, so the
// refusal does not quote it.
Status CheckConnectionString(const std::string& target);

// `target`, which libpq understands, as key=value pairs with *** for each secret.
std::string HideSecrets(const std::string& target);

// A database whose connections go to `target`. Connects at the first Connect(), not here. The
// application name is `enks`; settings in `target` go before ours.
std::unique_ptr<sql::Database> OpenDatabase(std::string target);

}  // namespace enks::store::postgres
