#include "exports/testing/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/check.h"
#include "store/open.h"

namespace enks::exports::testing {
namespace {

using std::chrono::hours;

constexpr std::string_view kKeyId = "310";

store::StoreLocation LocationIn(const base::TestFolder& folder) {
  return {store::StoreLocation::Engine::kSqlite, (folder.path() / "enks.db").string()};
}

template <typename T>
T Must(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status();
  ENKS_CHECK(result.ok());
  return *std::move(result);
}

exposure::AcceptedKey MakeKey(base::Random& random, std::int32_t days_ago,
                              base::UnixTime release_at) {
  std::array<std::uint8_t, exposure::KeyData::kSize> data{};
  random.Fill(data);
  exposure::AcceptedKey key;
  key.key = exposure::KeyData(data);
  key.rolling_start =
      exposure::IntervalAt(exposure::UtcMidnight(release_at) - days_ago * hours(24));
  key.rolling_period = 144;
  key.transmission_risk = 4;
  key.report_type = exposure::ReportType::kLikely;
  key.days_since_onset = 4 - days_ago;
  key.release_at = release_at;
  return key;
}

}  // namespace

World::World(std::uint64_t seed, std::optional<store::StoreLocation> location) : random(seed) {
  keys = secrets::MakeFileKeyManager(folder.path() / "keys", files, key_random);
  if (!location) location = LocationIn(folder);
  Must(store::Migrate(*location));
  store = Must(store::OpenStore(*location, store::StoreLimits{}, clock, log));
  objects = MakeFolderStore(folder.path() / "files", files);
}

std::int64_t World::AddSigner(const std::string& key_version) {
  store::SignatureInfo info;
  info.signing_key = "file://" + key_version + ".pem";
  info.key_id = kKeyId;
  info.key_version = key_version;
  info.from = kStart - hours(24 * 365);
  EXPECT_TRUE(keys->CreateSigningKey(info.signing_key).ok());
  public_keys_[key_version] = Must(keys->OpenSigner(info.signing_key))->PublicKeyPem();
  return Must(store->AddSignatureInfo(info));
}

store::ExportConfig World::Config(const std::string& root) {
  store::ExportConfig config;
  config.bucket = "bucket";
  config.filename_root = root;
  config.period = hours(1);
  config.output_region = "US";
  config.from = kStart;
  if (public_keys_.empty()) AddSigner("v1");
  config.signature_info_ids = {1};
  return config;
}

store::ExportConfig World::AddConfig(store::ExportConfig config) {
  config.id = Must(store->AddExportConfig(config));
  return config;
}

store::KeyUpload World::Publish(std::size_t count, base::UnixTime release_at,
                                const std::string& region) {
  store::Origin origin;
  origin.app = "org.example.app";
  origin.regions = {region};
  return Publish(count, release_at, std::move(origin));
}

store::KeyUpload World::Publish(std::size_t count, base::UnixTime release_at,
                                store::Origin origin) {
  store::KeyUpload upload;
  upload.origin = std::move(origin);
  for (std::size_t i = 0; i < count; ++i) {
    const auto days_ago = static_cast<std::int32_t>(1 + i % 14);
    upload.keys.push_back(MakeKey(random, days_ago, release_at));
  }
  EXPECT_EQ(Must(store->StoreUploadAndWait(upload)).inserted, static_cast<int>(count));
  published.push_back(upload);
  return upload;
}

void World::Revise(store::KeyUpload upload, exposure::ReportType type, base::UnixTime release_at) {
  upload.policy.token.emplace();
  for (exposure::AcceptedKey& key : upload.keys) {
    key.report_type = type;
    key.transmission_risk = 2;
    key.release_at = release_at;
    upload.policy.token->push_back({key.key, key.rolling_start.number, key.rolling_period});
  }
  const std::size_t count = upload.keys.size();
  EXPECT_EQ(Must(store->StoreUploadAndWait(std::move(upload))).revised, static_cast<int>(count));
}

ExportJob World::Job(const ExportOptions& options, store::Store& through, FileStore& into) {
  return ExportJob(options, through, *keys, into, clock, random, log);
}

std::vector<std::string> World::Index(const store::ExportConfig& config) {
  const auto bytes = objects->Read(config.bucket, config.filename_root + "/index.txt");
  if (!bytes.ok()) return {};
  std::vector<std::string> lines;
  std::istringstream text{std::string(base::AsText(*bytes))};
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> World::Objects(const store::ExportConfig& config) {
  std::vector<std::string> names;
  const auto folder_path = folder.path() / "files" / config.bucket / config.filename_root;
  if (!std::filesystem::exists(folder_path)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_path)) {
    const std::string name = entry.path().filename().string();
    if (name != "index.txt") names.push_back(config.filename_root + "/" + name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

exportfile::ExportFileContent World::ReadObject(const store::ExportConfig& config,
                                                const std::string& name) {
  const base::Bytes zip = Must(objects->Read(config.bucket, name));
  auto content = Must(exportfile::ReadExportFile(zip, exportfile::ReadLimits{}));
  EXPECT_FALSE(content.header.signature_infos.empty()) << name;
  for (const auto& info : content.header.signature_infos) {
    EXPECT_EQ(info.key_id, kKeyId);
    const Status verified =
        exportfile::VerifySignature(content, info, public_keys_[info.key_version]);
    EXPECT_TRUE(verified.ok()) << name << ": " << verified;
  }
  return content;
}

std::map<exposure::KeyData, int> World::Exported(const store::ExportConfig& config) {
  std::map<exposure::KeyData, int> counts;
  for (const std::string& name : Index(config)) {
    for (const auto& key : ReadObject(config, name).keys) ++counts[key.key];
  }
  return counts;
}

void World::ExpectConsistent(const store::ExportConfig& config, const std::string& region) {
  std::vector<std::string> recorded;
  for (const auto& batch : Must(store->Batches(config.id, base::UnixTime{}))) {
    EXPECT_EQ(batch.status, store::BatchStatus::kComplete) << "batch " << batch.id;
    for (const auto& file : Must(store->FilesOfBatch(batch.id))) recorded.push_back(file.name);
  }
  std::sort(recorded.begin(), recorded.end());
  EXPECT_EQ(Index(config), recorded);
  EXPECT_EQ(Objects(config), recorded);

  auto exported = Exported(config);
  int wrong = 0;
  for (const store::KeyUpload& upload : published) {
    for (const auto& key : upload.keys) {
      const int expected = upload.origin.regions.front() == region ? 1 : 0;
      if (exported[key.key] != expected) ++wrong;
    }
  }
  EXPECT_EQ(wrong, 0) << "published keys that are not in exactly one file";
}

}  // namespace enks::exports::testing
