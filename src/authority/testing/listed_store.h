#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "store/store.h"

namespace enks::authority {

// The rows of a database that answers, or fails, as a test says. Only what a directory asks for.
// May be asked from any thread; not to be changed meanwhile.
class ListedStore final : public store::ReadOnlyStore {
 public:
  std::vector<store::AuthorizedApp> apps;
  std::vector<store::HealthAuthority> authorities;
  Status apps_status;
  Status authorities_status;

  Result<std::vector<store::AuthorizedApp>> AuthorizedApps() override {
    if (!apps_status.ok()) return apps_status;
    return apps;
  }
  Result<std::vector<store::HealthAuthority>> HealthAuthorities() override {
    if (!authorities_status.ok()) return authorities_status;
    return authorities;
  }

  Status Ping() override { return Unasked(); }
  Result<std::vector<store::SignatureInfo>> SignatureInfos() override { return Unasked(); }
  Result<std::vector<store::ExportConfig>> ExportConfigs() override { return Unasked(); }
  Result<std::optional<base::UnixTime>> NewestBatchEnd(std::int64_t) override { return Unasked(); }
  Result<std::vector<store::ExportBatch>> Batches(std::int64_t, base::UnixTime) override {
    return Unasked();
  }
  Result<std::vector<store::ExportBatch>> BatchesIn(exposure::Window) override { return Unasked(); }
  Result<std::vector<store::ExportFile>> FilesOfBatch(std::int64_t) override { return Unasked(); }
  Result<std::vector<store::ExportPlace>> PlacesOfBatches(base::UnixTime) override {
    return Unasked();
  }
  Result<std::optional<store::ExportFile>> FindFile(std::string_view, std::string_view) override {
    return Unasked();
  }
  Result<std::vector<store::ExportFile>> IndexedFiles(const store::ExportPlace&,
                                                      base::UnixTime) override {
    return Unasked();
  }
  Result<std::vector<store::ExportFile>> FilesToDelete(std::size_t) override { return Unasked(); }
  Status ForEachKey(exposure::Window, store::KeyPass, const exposure::KeySelection&,
                    const std::function<Status(const store::ExportedKey&)>&) override {
    return Unasked();
  }
  Result<store::KeyHistory> Explain(const exposure::KeyData&) override { return Unasked(); }
  Result<std::int64_t> CountKeys() override { return Unasked(); }

 private:
  static Status Unasked() { return absl::UnimplementedError("a directory does not ask for this"); }
};

}  // namespace enks::authority
