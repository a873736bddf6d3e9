#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "crypto/ecdsa.h"

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

void PrintAuthority(const Context& context, const HealthAuthority& authority) {
  fmt::print(context.out,
             "id        {}\nissuer    {}\naudience  {}\nname      {}\njwks-uri  {}\nstats     {}\n",
             authority.id, authority.issuer, authority.audience, authority.name,
             authority.jwks_uri.value_or("-"), authority.stats_enabled ? "on" : "off");
  std::vector<std::vector<std::string>> rows;
  for (const HealthAuthorityKey& key : authority.keys) {
    rows.push_back({key.version, KeyState(key, context.clock.Now()), base::FormatTime(key.from),
                    key.thru ? base::FormatTime(*key.thru) : "-"});
  }
  PrintTable(context.out, {"key (kid)", "state", "from", "thru"}, rows,
             "No keys: certificates of this authority are refused. Add one with "
             "`enks authority add-key`.");
}

void AddKeyOptions(CLI::App& command, Options& options, bool required) {
  auto* version = command.add_option("--key-version", options.key.version,
                                     "kid that certificates signed with the key carry");
  auto* file = command.add_option("--public-key", options.key_file,
                                  "PEM file of the public key (EC P-256, SubjectPublicKeyInfo)");
  command.add_option("--from", options.from, "Valid after this time")->capture_default_str();
  command.add_option("--thru", options.thru, "Valid before this time; none: no end");
  if (required) {
    version->required();
    file->required();
  } else {
    version->needs(file);
    file->needs(version);
  }
}

void AddAuthorityOptions(CLI::App& command, Options& options, bool required) {
  command.add_option("--issuer", options.authority.issuer, "JWT iss of its certificates")
      ->required(required);
  command.add_option("--audience", options.authority.audience, "JWT aud of its certificates")
      ->required(required);
  command.add_option("--name", options.authority.name, "Name for people")->required(required);
  command.add_option("--jwks-uri", options.jwks_uri, "Where its keys are published, if anywhere");
  command.add_flag("--stats,!--no-stats", options.authority.stats_enabled,
                   "May ask for statistics of its uploads");
}

void Add(Context& context, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  HealthAuthority authority = options.authority;
  if (!options.jwks_uri.empty()) authority.jwks_uri = options.jwks_uri;
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

void Change(Context& context, const CLI::App& command, const Options& options) {
  auto opened = Require(OpenInstallation(context, options.data));
  HealthAuthority authority = Find(*opened.store, options.id);
  if (command.count("--issuer") > 0) authority.issuer = options.authority.issuer;
  if (command.count("--audience") > 0) authority.audience = options.authority.audience;
  if (command.count("--name") > 0) authority.name = options.authority.name;
  if (command.count("--stats") > 0) authority.stats_enabled = options.authority.stats_enabled;
  if (command.count("--jwks-uri") > 0) {
    authority.jwks_uri.reset();
    if (!options.jwks_uri.empty()) authority.jwks_uri = options.jwks_uri;
  }
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

void AddAuthorityCommand(CLI::App& root, Context& context) {
  auto* group = root.add_subcommand(
      "authority", "Health authorities: who may vouch for a diagnosis, and their public keys");
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto sub = [&](const char* name, const char* help) {
    CLI::App* command = group->add_subcommand(name, help);
    AddDataOptions(*command, options->data, context);
    return command;
  };
  const auto with_id = [&](CLI::App* command) {
    command->add_option("id", options->id, "Number shown by `enks authority list`")->required();
    return command;
  };

  CLI::App* add = sub("add", "Add a health authority, with its first key if you have it");
  AddAuthorityOptions(*add, *options, true);
  AddKeyOptions(*add, *options, false);
  add->callback([&context, options] { Add(context, *options); });

  sub("list", "List all")->callback([&context, options] { List(context, *options); });

  with_id(sub("show", "Show one with its keys"))->callback([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    PrintAuthority(context, Find(*opened.store, options->id));
  });

  CLI::App* change = with_id(sub("change", "Change what is named, keep the rest"));
  AddAuthorityOptions(*change, *options, false);
  change->callback([&context, options, change] { Change(context, *change, *options); });

  with_id(sub("remove", "Remove one and its keys; its uploads stay until they expire"))
      ->callback([&context, options] {
        auto opened = Require(OpenInstallation(context, options->data));
        Require(opened.store->RemoveHealthAuthority(options->id));
        fmt::print(context.out, "Removed health authority {}.\n", options->id);
      });

  CLI::App* add_key = with_id(sub("add-key", "Add a public key, or replace the one with its kid"));
  AddKeyOptions(*add_key, *options, true);
  add_key->callback([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    Find(*opened.store, options->id);
    Require(opened.store->SaveHealthAuthorityKey(options->id, ReadKey(context, *options)));
    PrintAuthority(context, Find(*opened.store, options->id));
  });

  for (const char* name : {"revoke-key", "remove-key"}) {
    const bool revoke = std::string_view(name) == "revoke-key";
    CLI::App* command =
        with_id(sub(name, revoke ? "End a key's validity now; what it vouched for stays"
                                 : "Remove a key that was never used"));
    command->add_option("version", options->key.version, "kid of the key")->required();
    command->callback([&context, options, revoke] {
      if (revoke) return RevokeKey(context, *options);
      auto opened = Require(OpenInstallation(context, options->data));
      Require(opened.store->RemoveHealthAuthorityKey(options->id, options->key.version));
      fmt::print(context.out, "Removed key {}.\n", options->key.version);
    });
  }
}

}  // namespace enks::cli
