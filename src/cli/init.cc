#include <fmt/format.h>

#include <memory>

#include "base/duration.h"
#include "cli/commands.h"
#include "secrets/file_key_manager.h"
#include "server/settings_table.h"

namespace enks::cli {
namespace {

constexpr const char* kSigningKey = "file://export-1.pem";
constexpr const char* kRevisionTokenKey = "file://revision-token";

struct Options {
  std::string folder;
  std::string database;
  std::string region;
  std::string key_id;
  std::string key_version = "v1";
  std::string bucket = "exposures";
  std::string root;
  std::string period = "4h";
};

void RequireFreshFolder(const Context& context, const Options& options) {
  const auto file = std::filesystem::path(options.folder) / server::kSettingsFileName;
  if (!context.files.Size(file).ok()) return;
  throw Failure(absl::AlreadyExistsError(fmt::format(
      "{} exists: this folder already holds an installation. Nothing was changed; choose another "
      "--data, or run `enks migrate` to bring its database up to date.",
      file.string())));
}

server::Settings MakeSettings(const Options& options) {
  server::Settings settings;
  settings.data_folder = options.folder;
  if (!options.database.empty()) settings.database = options.database;
  Require(server::CheckSettings(settings));
  return settings;
}

std::chrono::seconds ReadPeriod(const std::string& text) {
  const auto period = base::ParseDuration(text);
  if (!period) {
    Require(absl::InvalidArgumentError(
        fmt::format("--period {}: write a duration such as 4h or 30m", text)));
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*period);
}

// An init that failed half-way, over a mistyped option perhaps, left its keys: they are used.
void RequireMade(const Status& status) {
  if (!absl::IsAlreadyExists(status)) Require(status);
}

std::int64_t SaveSignatureInfo(store::Store& store, store::SignatureInfo info) {
  const auto infos = Require(store.SignatureInfos());
  for (const store::SignatureInfo& made : infos) {
    if (made.signing_key != info.signing_key) continue;
    info.id = made.id;
    Require(store.UpdateSignatureInfo(info));
    return info.id;
  }
  return Require(store.AddSignatureInfo(info));
}

// The first signature info and export configuration, so that files come out without more typing.
void AddFirstConfiguration(const Context& context, const Options& options, store::Store& store) {
  store::SignatureInfo info;
  info.signing_key = kSigningKey;
  info.key_id = options.key_id;
  info.key_version = options.key_version;
  info.from = context.clock.Now();
  store::ExportConfig config;
  config.signature_info_ids = {SaveSignatureInfo(store, info)};
  config.bucket = options.bucket;
  config.filename_root = options.root.empty() ? options.region : options.root;
  config.output_region = options.region;
  config.from = context.clock.Now();
  config.period = ReadPeriod(options.period);
  Require(store.AddExportConfig(config).status());
  fmt::print(context.out, "  export    {}/{} every {}, signed as {} {}\n", config.bucket,
             config.filename_root, options.period, options.key_id, options.key_version);
}

void Init(Context& context, const Options& options) {
  RequireFreshFolder(context, options);
  const server::Settings settings = MakeSettings(options);
  ReadPeriod(options.period);
  const auto keys = secrets::MakeFileKeyManager(settings.Resolve(settings.key_folder),
                                                context.files, context.random);
  RequireMade(keys->CreateSigningKey(kSigningKey));
  RequireMade(keys->CreateSealingKey(kRevisionTokenKey));
  const store::StoreLocation location = Require(settings.Location());
  Require(store::Migrate(location).status());
  fmt::print(context.out, "A new installation in {}:\n", options.folder);
  fmt::print(context.out,
             "  settings  {}\n  database  {}\n  keys      {}/ (back this folder up; "
             "nobody can replace it)\n",
             server::kSettingsFileName, settings.database, settings.key_folder);
  if (!options.region.empty()) {
    base::StderrLog log(base::LogLevel::kWarning, base::LogFormat::kHuman, context.clock);
    const auto store = Require(store::OpenStore(location, settings.store, context.clock, log));
    AddFirstConfiguration(context, options, *store);
  }
  // Last, because its presence says that the installation is complete.
  Require(context.files.Write(std::filesystem::path(options.folder) / server::kSettingsFileName,
                              base::AsBytes(server::SettingsFileText(settings)),
                              base::FileMode::kOwnerOnly));
  fmt::print(context.out,
             "\nNext:\n"
             "  enks authority add --data {0} --issuer ISS --audience AUD --name NAME \\\n"
             "      --key-version v1 --public-key authority.pem\n"
             "  enks app add --data {0} APP --region {1} --authority 1\n"
             "  enks serve --data {0}\n",
             options.folder, options.region.empty() ? "REGION" : options.region);
}

void Migrate(Context& context, const DataOptions& options) {
  const auto loaded = Require(LoadInstallation(context, options));
  const auto applied = Require(store::Migrate(Require(loaded.settings.Location())));
  if (applied.empty()) {
    fmt::print(context.out, "The database is up to date.\n");
    return;
  }
  fmt::print(context.out, "Applied schema version {}. The database is up to date.\n",
             fmt::join(applied, ", "));
}

}  // namespace

void AddInitCommand(Command root, Context& context) {
  auto options = std::make_shared<Options>();
  options->folder = DefaultFolder(context);
  Command init = root.AddCommand(
      "init", "Make a new installation: settings, database, signing and sealing keys");
  init.Footer("Example: enks init --data /var/lib/enks --region US --key-id 310");
  init.AddOption("-d,--data", options->folder, "Folder to make").ShowDefault();
  init.AddOption("--database", options->database,
                 "sqlite:PATH or a PostgreSQL connection (postgres://…); default: SQLite in the "
                 "folder");
  Option region = init.AddOption("--region", options->region,
                                 "Also make a first export configuration for this region");
  Option key_id = init.AddOption("--key-id", options->key_id,
                                 "Id under which phones know the signing key (the country's MCC)");
  region.Needs(key_id);
  key_id.Needs(region);
  init.AddOption("--key-version", options->key_version, "Its version").ShowDefault();
  init.AddOption("--bucket", options->bucket, "Folder of the first export configuration")
      .ShowDefault();
  init.AddOption("--root", options->root, "First part of its file names; default: the region");
  init.AddOption("--period", options->period, "Its window length").ShowDefault();
  init.Action([&context, options] { Init(context, *options); });

  auto data = std::make_shared<DataOptions>();
  Command migrate = root.AddCommand("migrate", "Bring the database schema up to date");
  AddDataOptions(migrate, *data, context);
  migrate.Action([&context, data] { Migrate(context, *data); });
}

}  // namespace enks::cli
