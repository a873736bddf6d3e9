#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "exportfile/reader.h"
#include "exports/export_job.h"
#include "exports/file_store.h"
#include "secrets/file_key_manager.h"
#include "store/store.h"

namespace enks::exports::testing {

// 2023-11-15T00:00Z.
inline constexpr base::UnixTime kStart{std::chrono::seconds(1'700'006'400)};

// One installation for tests of background jobs: a database, keys and export files in a folder of
// its own, under a virtual clock. A live thing; single-threaded.
class World {
 public:
  // On a SQLite database of its own, or on the database at `location`.
  explicit World(std::uint64_t seed = 1, std::optional<store::StoreLocation> location = {});

  // Adds a signing key, valid from the beginning of time; returns the id of its signature info.
  std::int64_t AddSigner(const std::string& key_version);

  // An hourly configuration of region US with one signer, in force since a day before kStart.
  store::ExportConfig Config(const std::string& root);
  // Stores it; returns it with its id.
  store::ExportConfig AddConfig(store::ExportConfig config);

  // Publishes `count` new keys of one person for release at `release_at` and remembers them.
  store::KeyUpload Publish(std::size_t count, base::UnixTime release_at,
                           const std::string& region = "US");
  store::KeyUpload Publish(std::size_t count, base::UnixTime release_at, store::Origin origin);
  // Publishes an upload once more with another report type and the token that allows it.
  void Revise(store::KeyUpload upload, exposure::ReportType type, base::UnixTime release_at);

  ExportJob Job(const ExportOptions& options) { return Job(options, *store, *objects); }
  ExportJob Job(const ExportOptions& options, store::Store& through, FileStore& into);

  // The lines of a configuration's index.txt; empty if there is none.
  std::vector<std::string> Index(const store::ExportConfig& config);
  // Every .zip object below the root of a configuration, sorted.
  std::vector<std::string> Objects(const store::ExportConfig& config);
  // Reads one object and checks each of its signatures; the test fails if anything is wrong.
  exportfile::ExportFileContent ReadObject(const store::ExportConfig& config,
                                           const std::string& name);
  // In how many of the files in the index each published key is, as a primary key.
  std::map<exposure::KeyData, int> Exported(const store::ExportConfig& config);
  // The test fails unless all batches are complete, the index lists exactly the objects there are
  // and the database knows, and each published key of `region` is in exactly one of them.
  void ExpectConsistent(const store::ExportConfig& config, const std::string& region = "US");

  base::TestFolder folder;
  base::VirtualClock clock{kStart};
  base::SeededRandom random;
  base::SystemRandom key_random;
  base::MemoryLog log;
  base::SystemFiles files;
  std::unique_ptr<secrets::FileKeyManager> keys;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<FileStore> objects;
  std::vector<store::KeyUpload> published;

 private:
  std::map<std::string, std::string> public_keys_;  // PEM by key version
};

}  // namespace enks::exports::testing
