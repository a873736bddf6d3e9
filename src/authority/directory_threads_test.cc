// Certificates are verified while the directory is read anew, as on a running server. The thread
// sanitizer watches.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "authority/certificate_fixture.h"
#include "authority/testing/listed_store.h"

namespace enks::authority {
namespace {

constexpr int kReaders = 3;
constexpr int kVerificationsEach = 50;

class DirectoryThreadsTest : public CertificateTest {
 protected:
  DirectoryThreadsTest() {
    store_.apps = {app_};
    store_.authorities = {authority_};
  }

  // Verifies `jwt` with whatever snapshot is the newest; returns how often it passed.
  int VerifyOften(const std::string& jwt) const {
    const CertificateVerifier verifier(rules_);
    const std::string hmac_key = base::ToBase64(hmac_key_);
    int verified = 0;
    for (int i = 0; i < kVerificationsEach; ++i) {
      const auto snapshot = directory_.Current();
      const store::AuthorizedApp* const app = snapshot->FindApp(app_.name);
      const CertificateVerdict verdict =
          verifier.Verify(jwt, hmac_key, upload_, *app, *snapshot, At(now_));
      if (verdict.certificate) ++verified;
    }
    return verified;
  }

  ListedStore store_;
  Directory directory_{store_};
};

TEST_F(DirectoryThreadsTest, EveryReaderSeesAWholeSnapshotWhileOthersReplaceIt) {
  ASSERT_TRUE(directory_.Refresh().ok());
  const std::string jwt = Jwt();
  std::atomic<int> running = kReaders;
  std::atomic<int> verified = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      verified += VerifyOften(jwt);
      --running;
    });
  }
  int refreshes = 0;
  while (running > 0 || refreshes == 0) {
    EXPECT_TRUE(directory_.Refresh().ok());
    ++refreshes;
  }
  readers.clear();
  EXPECT_EQ(verified, kReaders * kVerificationsEach);
}

}  // namespace
}  // namespace enks::authority
