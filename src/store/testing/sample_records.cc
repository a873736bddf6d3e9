#include "store/testing/sample_records.h"

#include <utility>

namespace enks::store::testing {
namespace {

// 2020-11-22T00:00Z.
constexpr UnixTime kFrom{std::chrono::seconds(1606003200)};

}  // namespace

HealthAuthority SampleAuthority() {
  HealthAuthority authority;
  authority.issuer = "https://health.example";
  authority.audience = "https://keys.example";
  authority.name = "Ministry of Health";
  return authority;
}

HealthAuthorityKey SampleAuthorityKey(std::string version) {
  HealthAuthorityKey key;
  key.version = std::move(version);
  key.from = kFrom;
  key.public_key_pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
  return key;
}

AuthorizedApp SampleApp() {
  AuthorizedApp app;
  app.name = "org.example.app";
  app.regions = {"DE"};
  return app;
}

SignatureInfo SampleSignatureInfo() {
  SignatureInfo info;
  info.signing_key = "file://keys/export-1.pem";
  info.key_id = "262";
  info.key_version = "v1";
  info.from = kFrom;
  return info;
}

ExportConfig SampleExportConfig() {
  ExportConfig config;
  config.bucket = "exports";
  config.filename_root = "de";
  config.output_region = "DE";
  config.from = kFrom;
  return config;
}

}  // namespace enks::store::testing
