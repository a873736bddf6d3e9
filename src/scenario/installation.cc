#include "scenario/installation.h"

#include "secrets/file_key_manager.h"
#include "store/open.h"

namespace enks::scenario {
namespace {

constexpr const char* kSigningKey = "file://export-1.pem";

Result<std::int64_t> AddAuthority(store::Store& store, const phone::HealthAuthority& authority,
                                  base::UnixTime from) {
  store::HealthAuthority row;
  row.issuer = authority.identity().issuer;
  row.audience = authority.identity().audience;
  row.name = "Simulated health authority";
  row.stats_enabled = true;
  ENKS_ASSIGN(const std::int64_t id, store.AddHealthAuthority(row));
  store::HealthAuthorityKey key;
  key.version = authority.identity().key_version;
  key.from = from;
  key.public_key_pem = authority.PublicKeyPem();
  ENKS_TRY(store.SaveHealthAuthorityKey(id, key));
  return id;
}

Status AddExport(store::Store& store, const InstallationPlan& plan) {
  store::SignatureInfo info;
  info.signing_key = kSigningKey;
  info.key_id = "310";
  info.key_version = "v1";
  info.from = plan.export_from;
  ENKS_ASSIGN(const std::int64_t info_id, store.AddSignatureInfo(info));
  store::ExportConfig config;
  config.bucket = kBucket;
  config.filename_root = kFilenameRoot;
  config.period = plan.export_period;
  config.output_region = kRegion;
  config.from = plan.export_from;
  config.signature_info_ids = {info_id};
  return store.AddExportConfig(config).status();
}

}  // namespace

Status MakeInstallation(const InstallationPlan& plan, const phone::HealthAuthority& authority,
                        base::Files& files, base::Random& random, const base::Clock& clock,
                        base::Log& log) {
  const server::Settings& settings = plan.settings;
  const auto keys =
      secrets::MakeFileKeyManager(settings.Resolve(settings.key_folder), files, random);
  ENKS_TRY(keys->CreateSigningKey(kSigningKey));
  ENKS_TRY(keys->CreateSealingKey(settings.tokens.sealing_key));
  ENKS_ASSIGN(const store::StoreLocation location, settings.Location());
  ENKS_TRY(store::Migrate(location).status());
  ENKS_ASSIGN(const auto store, store::OpenStore(location, settings.store, clock, log));
  // A key is valid strictly after its start, so it starts before anybody can use it.
  ENKS_ASSIGN(const std::int64_t authority_id,
              AddAuthority(*store, authority, plan.export_from - std::chrono::hours(1)));
  store::AuthorizedApp app;
  app.name = kApp;
  app.regions = {kRegion};
  app.health_authority_ids = {authority_id};
  ENKS_TRY(store->AddAuthorizedApp(app));
  return AddExport(*store, plan);
}

}  // namespace enks::scenario
