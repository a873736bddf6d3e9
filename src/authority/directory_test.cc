#include "authority/directory.h"

#include <gtest/gtest.h>

namespace enks::authority {
namespace {

store::AuthorizedApp App(std::string name) {
  store::AuthorizedApp app;
  app.name = std::move(name);
  return app;
}

store::HealthAuthority Authority(std::int64_t id, std::string issuer) {
  store::HealthAuthority authority;
  authority.id = id;
  authority.issuer = std::move(issuer);
  return authority;
}

// The rows of a database that answers, or fails, as a test says. Only what a directory asks for.
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
  Result<std::vector<store::ExportFile>> IndexedFiles(std::int64_t, base::UnixTime) override {
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

TEST(DirectorySnapshot, FindsAppsWhateverTheirCase) {
  const DirectorySnapshot snapshot({App("app.example"), App("Other.Example")}, {});
  EXPECT_NE(snapshot.FindApp("app.example"), nullptr);
  EXPECT_NE(snapshot.FindApp("APP.Example"), nullptr);
  EXPECT_EQ(snapshot.FindApp("other.example")->name, "Other.Example");
  EXPECT_EQ(snapshot.FindApp("app.example "), nullptr);
  EXPECT_EQ(snapshot.FindApp(""), nullptr);
}

TEST(DirectorySnapshot, FindsIssuersByTheirExactName) {
  const DirectorySnapshot snapshot({}, {Authority(1, "iss.example"), Authority(2, "ISS.example")});
  EXPECT_EQ(snapshot.FindIssuer("iss.example")->id, 1);
  EXPECT_EQ(snapshot.FindIssuer("ISS.example")->id, 2);
  EXPECT_EQ(snapshot.FindIssuer("Iss.example"), nullptr);
  EXPECT_EQ(snapshot.FindIssuer(""), nullptr);
}

TEST(DirectorySnapshot, HoldsEveryPublicKeyParsedOrWhyItIsUnusable) {
  const std::string pem = crypto::EcdsaPrivateKey::Generate().PublicKey().ToPem();
  store::HealthAuthority authority = Authority(1, "iss.example");
  authority.keys = {{"v1", {}, {}, pem}, {"v2", {}, {}, "nonsense"}, {"v3", {}, {}, pem}};
  const DirectorySnapshot snapshot({}, {authority});
  const auto& keys = snapshot.FindIssuer("iss.example")->keys;
  EXPECT_EQ(snapshot.PublicKeyOf(keys[0])->ToPem(), pem);
  EXPECT_EQ(snapshot.PublicKeyOf(keys[1]).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(&snapshot.PublicKeyOf(keys[2]), &snapshot.PublicKeyOf(keys[0]));
}

TEST(Directory, HasNoSnapshotBeforeTheFirstRefresh) {
  ListedStore store;
  const Directory directory(store);
  EXPECT_EQ(directory.Current(), nullptr);
}

TEST(Directory, ShowsWhatTheDatabaseHeldAtTheLastRefresh) {
  ListedStore store;
  store.apps = {App("app.example")};
  store.authorities = {Authority(1, "iss.example")};
  Directory directory(store);
  ASSERT_TRUE(directory.Refresh().ok());
  const auto first = directory.Current();
  ASSERT_NE(first, nullptr);
  EXPECT_NE(first->FindApp("app.example"), nullptr);
  EXPECT_NE(first->FindIssuer("iss.example"), nullptr);

  store.apps.clear();
  EXPECT_NE(directory.Current()->FindApp("app.example"), nullptr);
  ASSERT_TRUE(directory.Refresh().ok());
  EXPECT_EQ(directory.Current()->FindApp("app.example"), nullptr);
  EXPECT_NE(first->FindApp("app.example"), nullptr);  // whoever still reads it may go on
}

TEST(Directory, KeepsTheOldSnapshotWhenTheDatabaseFails) {
  ListedStore store;
  store.apps = {App("app.example")};
  Directory directory(store);
  ASSERT_TRUE(directory.Refresh().ok());
  store.apps.clear();

  store.authorities_status = absl::UnavailableError("gone");
  EXPECT_EQ(directory.Refresh().code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(directory.Current()->FindApp("app.example"), nullptr);

  store.authorities_status = absl::OkStatus();
  store.apps_status = absl::UnavailableError("gone");
  EXPECT_EQ(directory.Refresh().code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(directory.Current()->FindApp("app.example"), nullptr);
}

}  // namespace
}  // namespace enks::authority
