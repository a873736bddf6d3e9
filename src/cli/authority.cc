#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "cli/authority_sync.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "crypto/ecdsa.h"
#include "jwks/fetcher.h"

namespace enks::cli {
namespace {

using store::HealthAuthority;
using store::HealthAuthorityKey;

struct Options {
  DataOptions data;
  std::int64_t id = 0;
  HealthAuthority authority;
  std::string jwks_uri;
  HealthAuthorityKey key;
  std::string key_file;
  std::string from = "now";
  std::string thru;
};

HealthAuthority Find(store::ReadOnlyStore& store, std::int64_t id) {
  for (HealthAuthority& authority : Require(store.HealthAuthorities())) {
    if (authority.id == id) return std::move(authority);
  }
  throw Failure(absl::NotFoundError(
      fmt::format("there is no health authority {}; `enks authority list` shows them", id)));
}

// The key named by the options, its PEM checked, since a broken one would refuse every upload.
HealthAuthorityKey ReadKey(const Context& context, const Options& options) {
  HealthAuthorityKey key = options.key;
  key.public_key_pem = ReadTextFile(context, options.key_file);
  const auto parsed = crypto::EcdsaPublicKey::FromPem(key.public_key_pem);
  if (!parsed.ok()) {
    Require(absl::InvalidArgumentError(
        fmt::format("{}: {}", options.key_file, MessageOf(parsed.status()))));
  }
  key.from = ReadTime(context, options.from, "--from");
  if (!options.thru.empty()) key.thru = ReadTime(context, options.thru, "--thru");
  return key;
}

std::string KeyState(const HealthAuthorityKey& key, base::UnixTime now) {
  if (key.thru && now >= *key.thru) return "ended";
  return now > key.from ? "valid" : "not yet valid";
}

// Who keeps the key, and whether the document still has it.
std::string KeySource(const HealthAuthorityKey& key) {
  if (!key.from_jwks) return "operator";
  if (!key.missing_since) return "document";
  return fmt::format("document, missing since {}", base::FormatTime(*key.missing_since));
}

void PrintAuthority(const Context& context, const HealthAuthority& authority) {
  fmt::print(context.out,
             "id        {}\nissuer    {}\naudience  {}\nname      {}\njwks-uri  {}\nstats     {}\n",
             authority.id, authority.issuer, authority.audience, authority.name,
             authority.jwks_uri.value_or("-"), authority.stats_enabled ? "on" : "off");
  std::vector<std::vector<std::string>> rows;
  for (const HealthAuthorityKey& key : authority.keys) {
    rows.push_back({key.version, KeyState(key, context.clock.Now()), base::FormatTime(key.from),
                    key.thru ? base::FormatTime(*key.thru) : "-", KeySource(key)});
  }
  PrintTable(context.out, {"key (kid)", "state", "from", "thru", "kept by"}, rows,
             "No keys: certificates of this authority are refused. Add one with "
             "`enks authority add-key`, or read its JWKS document with `enks authority sync`.");
}

void AddKeyOptions(Command command, Options& options, bool required) {
  Option version = command.AddOption("--key-version", options.key.version,
                                     "kid that certificates signed with the key carry");
  Option file = command.AddOption("--public-key", options.key_file,
                                  "PEM file of the public key (EC P-256, SubjectPublicKeyInfo)");
  command.AddOption("--from", options.from, "Valid after this time").ShowDefault();
  command.AddOption("--thru", options.thru, "Valid before this time; none: no end");
  if (required) {
    version.Required();
    file.Required();
  } else {
    version.Needs(file);
    file.Needs(version);
  }
}

void AddAuthorityOptions(Command command, Options& options, bool required) {
  command.AddOption("--issuer", options.authority.issuer, "JWT iss of its certificates")
      .Required(required);
  command.AddOption("--audience", options.authority.audience, "JWT aud of its certificates")
      .Required(required);
  command.AddOption("--name", options.authority.name, "Name for people").Required(required);
  command.AddOption("--jwks-uri", options.jwks_uri,
                    "https:// address of its JWKS document, if it has one: servers follow it");
  command.AddSwitch("--stats", options.authority.stats_enabled,
                    "May ask for statistics of its uploads");
}

// None when empty, which is how `enks authority change --jwks-uri ""` takes the address away.
std::optional<std::string> JwksUri(const Options& options) {
  if (options.jwks_uri.empty()) return std::nullopt;
  Require(jwks::CheckDocumentUrl(options.jwks_uri));
  return options.jwks_uri;
}

void Add(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  HealthAuthority authority = options.authority;
  authority.jwks_uri = JwksUri(options);
  const bool with_key = !options.key_file.empty();
  const HealthAuthorityKey key = with_key ? ReadKey(context, options) : HealthAuthorityKey{};
  const std::int64_t id = Require(opened.store->AddHealthAuthority(authority));
  if (with_key) Require(opened.store->SaveHealthAuthorityKey(id, key));
  fmt::print(context.out, "Added health authority {} ({}).\n", id, authority.name);
  if (!with_key) {
    fmt::print(context.out,
               "Next: enks authority add-key {} --key-version v1 --public-key FILE.pem\n", id);
  }
}

void Change(Context& context, const Command& command, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  HealthAuthority authority = Find(*opened.store, options.id);
  if (command.Given("--issuer")) authority.issuer = options.authority.issuer;
  if (command.Given("--audience")) authority.audience = options.authority.audience;
  if (command.Given("--name")) authority.name = options.authority.name;
  if (command.Given("--stats")) authority.stats_enabled = options.authority.stats_enabled;
  if (command.Given("--jwks-uri")) authority.jwks_uri = JwksUri(options);
  Require(opened.store->UpdateHealthAuthority(authority));
  PrintAuthority(context, Find(*opened.store, options.id));
}

void RevokeKey(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  const HealthAuthority authority = Find(*opened.store, options.id);
  const auto found =
      std::ranges::find(authority.keys, options.key.version, &HealthAuthorityKey::version);
  if (found == authority.keys.end()) {
    throw Failure(absl::NotFoundError(
        fmt::format("health authority {} has no key {}", options.id, options.key.version)));
  }
  HealthAuthorityKey key = *found;
  // A key that was never valid never becomes so (spec/verification-certificate.md section 3).
  key.thru = std::max(context.clock.Now(), key.from);
  // From now on it is the operator's, or the authority's document would bring it back.
  key.from_jwks = false;
  key.missing_since.reset();
  Require(opened.store->SaveHealthAuthorityKey(options.id, key));
  fmt::print(context.out,
             "Key {} of health authority {} is revoked. Servers notice within "
             "jobs.refresh_every.\n",
             key.version, options.id);
}

void List(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  std::vector<std::vector<std::string>> rows;
  for (const HealthAuthority& authority : Require(opened.store->HealthAuthorities())) {
    rows.push_back({std::to_string(authority.id), authority.issuer, authority.audience,
                    authority.name, std::to_string(authority.keys.size())});
  }
  PrintTable(context.out, {"id", "issuer", "audience", "name", "keys"}, rows,
             "No health authorities yet. `enks authority add --help` shows how to add one.");
}

}  // namespace

void AddAuthorityCommand(Command root, Context& context) {
  Command group = root.AddGroup(
      "authority", "Health authorities: who may vouch for a diagnosis, and their public keys");
  auto options = std::make_shared<Options>();
  const auto sub = [&](const char* name, const char* help) {
    Command command = group.AddCommand(name, help);
    AddDataOptions(command, options->data, context);
    return command;
  };
  const auto with_id = [&](Command command) {
    command.AddOption("id", options->id, "Number shown by `enks authority list`").Required();
    return command;
  };

  Command add = sub("add", "Add a health authority, with its first key if you have it");
  AddAuthorityOptions(add, *options, true);
  AddKeyOptions(add, *options, false);
  add.Action([&context, options] { Add(context, *options); });

  sub("list", "List all").Action([&context, options] { List(context, *options); });

  with_id(sub("show", "Show one with its keys")).Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    PrintAuthority(context, Find(*opened.store, options->id));
  });

  Command change = with_id(sub("change", "Change what is named, keep the rest"));
  AddAuthorityOptions(change, *options, false);
  change.Action([&context, options, change] { Change(context, change, *options); });

  AddAuthoritySync(group, context);

  with_id(sub("remove", "Remove one and its keys; its uploads stay until they expire"))
      .Action([&context, options] {
        auto opened = Require(OpenInstallation(context, options->data));
        Require(opened.store->RemoveHealthAuthority(options->id));
        fmt::print(context.out, "Removed health authority {}.\n", options->id);
      });

  Command add_key = with_id(sub("add-key", "Add a public key, or replace the one with its kid"));
  AddKeyOptions(add_key, *options, true);
  add_key.Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    Find(*opened.store, options->id);
    Require(opened.store->SaveHealthAuthorityKey(options->id, ReadKey(context, *options)));
    PrintAuthority(context, Find(*opened.store, options->id));
  });

  for (const char* name : {"revoke-key", "remove-key"}) {
    const bool revoke = std::string_view(name) == "revoke-key";
    Command command =
        with_id(sub(name, revoke ? "End a key's validity now; what it vouched for stays"
                                 : "Remove a key that was never used; if the JWKS document has "
                                   "it, it comes back"));
    command.AddOption("version", options->key.version, "kid of the key").Required();
    command.Action([&context, options, revoke] {
      if (revoke) return RevokeKey(context, *options);
      auto opened = Require(OpenInstallation(context, options->data));
      Require(opened.store->RemoveHealthAuthorityKey(options->id, options->key.version));
      fmt::print(context.out, "Removed key {}.\n", options->key.version);
    });
  }
}

}  // namespace enks::cli
