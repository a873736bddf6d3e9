#include "conformance/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/time_text.h"
#include "json/document.h"
#include "json/read.h"

namespace enks::conformance {

static auto JsonMembers(const AuthorityKeySetup*) {
  return std::array{json::Member<&AuthorityKeySetup::kid>("kid"),
                    json::Member<&AuthorityKeySetup::from>("from"),
                    json::Member<&AuthorityKeySetup::thru>("thru")};
}

static auto JsonMembers(const AuthoritySetup*) {
  return std::array{json::Member<&AuthoritySetup::label>("label"),
                    json::Member<&AuthoritySetup::issuer>("issuer"),
                    json::Member<&AuthoritySetup::audience>("audience"),
                    json::Member<&AuthoritySetup::name>("name"),
                    json::Member<&AuthoritySetup::stats>("stats"),
                    json::Member<&AuthoritySetup::keys>("keys")};
}

static auto JsonMembers(const AppSetup*) {
  return std::array{json::Member<&AppSetup::label>("label"),
                    json::Member<&AppSetup::name>("name"),
                    json::Member<&AppSetup::regions>("regions"),
                    json::Member<&AppSetup::authorities>("authorities"),
                    json::Member<&AppSetup::bypass_certificate>("bypass_certificate"),
                    json::Member<&AppSetup::bypass_revision_token>("bypass_revision_token")};
}

namespace {

constexpr std::uint64_t kSetupBytesMax = 64 * 1024;

struct SetupText {
  std::vector<AuthoritySetup> authorities;
  std::vector<AppSetup> apps;
};

auto JsonMembers(const SetupText*) {
  return std::array{json::Member<&SetupText::authorities>("authorities"),
                    json::Member<&SetupText::apps>("apps")};
}

template <typename T>
const T* FindLabel(const std::vector<T>& items, std::string_view label) {
  const auto found = std::ranges::find(items, label, &T::label);
  return found == items.end() ? nullptr : &*found;
}

Result<base::UnixTime> ReadTime(const std::string& text) {
  if (const auto time = base::ParseTime(text)) return *time;
  return absl::InvalidArgumentError(fmt::format("setup.json: {} is no time", text));
}

Result<std::int64_t> RegisterAuthority(const AuthoritySetup& authority, const std::string& pem,
                                       store::Store& store) {
  ENKS_ASSIGN(const std::int64_t id, store.AddHealthAuthority({.id = 0,
                                                               .issuer = authority.issuer,
                                                               .audience = authority.audience,
                                                               .name = authority.name,
                                                               .jwks_uri = std::nullopt,
                                                               .stats_enabled = authority.stats,
                                                               .keys = {}}));
  for (const AuthorityKeySetup& key : authority.keys) {
    store::HealthAuthorityKey row{
        .version = key.kid, .from = {}, .thru = std::nullopt, .public_key_pem = pem};
    ENKS_ASSIGN(row.from, ReadTime(key.from));
    if (!key.thru.empty()) {
      ENKS_ASSIGN(row.thru, ReadTime(key.thru));
    }
    ENKS_TRY(store.SaveHealthAuthorityKey(id, row));
  }
  return id;
}

Status RequireNoOthers(store::Store& store) {
  ENKS_ASSIGN(const auto authorities, store.HealthAuthorities());
  ENKS_ASSIGN(const auto apps, store.AuthorizedApps());
  if (authorities.empty() && apps.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the installation has health authorities or apps already. The kit's private key is public: "
      "use a fresh installation that serves nobody");
}

}  // namespace

const AuthoritySetup* ServerSetup::FindAuthority(std::string_view label) const {
  return FindLabel(authorities, label);
}

const AppSetup* ServerSetup::FindApp(std::string_view label) const {
  return FindLabel(apps, label);
}

Result<ServerSetup> ReadSetup(base::Files& files, const std::filesystem::path& kit) {
  ENKS_ASSIGN(const base::Bytes text, files.Read(kit / "setup.json", kSetupBytesMax));
  ENKS_ASSIGN(const base::Bytes pem, files.Read(kit / "authority.pem", kSetupBytesMax));
  ENKS_ASSIGN(auto key, crypto::EcdsaPrivateKey::FromPem(base::AsText(pem)));
  const json::Document document(base::AsText(text));
  SetupText read;
  if (document.outcome() != json::ParseOutcome::kOk) {
    return absl::InvalidArgumentError("setup.json is no JSON");
  }
  const json::ReadResult result = json::Read(document.Root(), json::UnknownMembers::kRefuse, read);
  if (!result.ok()) {
    return absl::InvalidArgumentError("setup.json: wrong or unknown member " + result.field);
  }
  return ServerSetup{std::move(read.authorities), std::move(read.apps), std::move(key)};
}

Status RegisterSetup(const ServerSetup& setup, store::Store& store) {
  ENKS_TRY(RequireNoOthers(store));
  const std::string pem = setup.authority_key.PublicKey().ToPem();
  std::map<std::string, std::int64_t> ids;
  for (const AuthoritySetup& authority : setup.authorities) {
    ENKS_ASSIGN(ids[authority.label], RegisterAuthority(authority, pem, store));
  }
  for (const AppSetup& app : setup.apps) {
    store::AuthorizedApp row{.name = app.name,
                             .regions = app.regions,
                             .health_authority_ids = {},
                             .bypass_certificate = app.bypass_certificate,
                             .bypass_revision_token = app.bypass_revision_token};
    for (const std::string& label : app.authorities) {
      const auto id = ids.find(label);
      if (id == ids.end()) return absl::NotFoundError("setup.json has no authority " + label);
      row.health_authority_ids.push_back(id->second);
    }
    ENKS_TRY(store.AddAuthorizedApp(row));
  }
  return absl::OkStatus();
}

}  // namespace enks::conformance
