#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/records.h"

// What the store refuses to save, and the one form in which it saves the rest. kInvalidArgument
// names the field. Whether the rows that a record names exist is asked of the database later.
namespace enks::store::sql {

// Longest name, path or URL; keys in PEM may be longer.
inline constexpr std::size_t kTextBytesMax = 1024;
inline constexpr std::size_t kPemBytesMax = 16 * 1024;

Status Check(const HealthAuthority& authority);
Status Check(const HealthAuthorityKey& key);
Status Check(const SignatureInfo& info);
// ASCII letters only, whatever the locale of the process.
std::string LowerCase(std::string_view text);

// Name in lower case, regions normalized, ids sorted and each once. An app has a region at least.
Result<AuthorizedApp> Normalize(const AuthorizedApp& app);
Result<ExportConfig> Normalize(const ExportConfig& config);

}  // namespace enks::store::sql
