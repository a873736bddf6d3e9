#include "phone/trusted_keys.h"

#include <fmt/core.h>

#include <array>
#include <string>

#include "json/document.h"
#include "json/read.h"

namespace enks::phone {
namespace {

struct KeyEntry {
  std::string id;
  std::string version;
  std::string pem;
};
auto JsonMembers(const KeyEntry*) {
  return std::array{json::Member<&KeyEntry::id>("keyId"),
                    json::Member<&KeyEntry::version>("keyVersion"),
                    json::Member<&KeyEntry::pem>("publicKeyPem")};
}

struct KeyDocument {
  std::vector<KeyEntry> keys;
};
auto JsonMembers(const KeyDocument*) {
  return std::array{json::Member<&KeyDocument::keys>("keys")};
}

}  // namespace

Result<std::vector<TrustedKey>> ParseTrustedKeys(std::string_view text) {
  const json::Document document(text);
  KeyDocument entries;
  if (document.outcome() != json::ParseOutcome::kOk ||
      !json::Read(document.Root(), json::UnknownMembers::kIgnore, entries).ok()) {
    return absl::InvalidArgumentError("public keys: not the expected JSON");
  }
  std::vector<TrustedKey> keys;
  for (KeyEntry& entry : entries.keys) {
    if (entry.pem.empty()) return absl::InvalidArgumentError("public keys: an entry without PEM");
    keys.push_back({.info = {.key_version = entry.version, .key_id = entry.id},
                    .public_key_pem = std::move(entry.pem)});
  }
  if (keys.empty()) return absl::InvalidArgumentError("public keys: the list is empty");
  return keys;
}

Result<std::vector<TrustedKey>> FetchTrustedKeys(http::Client& client, std::string_view url) {
  ENKS_ASSIGN(const http::Response response, client.Send("GET", url, {}, ""));
  if (response.status != 200) {
    return absl::UnavailableError(fmt::format("public keys: HTTP status {}", response.status));
  }
  return ParseTrustedKeys(response.body);
}

}  // namespace enks::phone
