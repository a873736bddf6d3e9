#include "secrets/key_paths.h"

#include <gtest/gtest.h>

#include <string>

namespace enks::secrets {
namespace {

const KeyPaths kPaths("/keys", {"/run/credentials/export.pem"});

void ExpectRefused(std::string_view reference) {
  const auto path = kPaths.Resolve(reference);
  EXPECT_EQ(path.status().code(), absl::StatusCode::kInvalidArgument) << reference;
}

TEST(KeyPaths, ANameIsAPathBelowTheKeyFolder) {
  EXPECT_EQ(*kPaths.Resolve("file://export.pem"), "/keys/export.pem");
  EXPECT_EQ(*kPaths.Resolve("file://de/export-2.pem"), "/keys/de/export-2.pem");
}

TEST(KeyPaths, ANameWithoutASchemeIsReadAsTheReferenceWritesIt) {
  EXPECT_EQ(*kPaths.Resolve("signing/1606780800000000000"), "/keys/signing/1606780800000000000");
}

TEST(KeyPaths, AnAbsolutePathBelowTheKeyFolderIsTaken) {
  EXPECT_EQ(*kPaths.Resolve("file:///keys/export.pem"), "/keys/export.pem");
}

TEST(KeyPaths, AnAbsolutePathElsewhereIsTakenOnlyIfTheSettingsNameIt) {
  EXPECT_EQ(*kPaths.Resolve("file:///run/credentials/export.pem"), "/run/credentials/export.pem");
  ExpectRefused("file:///run/credentials/other.pem");
  ExpectRefused("file:///etc/ssl/private/tls.pem");
  ExpectRefused("file:///keys2/export.pem");
  ExpectRefused("file:///keys");
}

TEST(KeyPaths, NothingLeadsOutOfTheKeyFolder) {
  for (const char* reference :
       {"file://../x", "file://a/../../x", "file:///keys/../x", "file:///keys//x", "file://./x",
        "file://a//b", "file://a/", "file://", "file://.hidden", "file://a\\b", "", "..", "/"}) {
    ExpectRefused(reference);
  }
  ExpectRefused(std::string_view("file://a\0b", 10));
}

TEST(KeyPaths, ARelativeKeyFolderIsMadeAbsolute) {
  EXPECT_TRUE(KeyPaths("keys", {}).Resolve("file://a")->is_absolute());
}

TEST(KeyPaths, ReferencesOfOtherManagersAreRefused) {
  ExpectRefused("projects/p/locations/l/keyRings/r/cryptoKeys/k@1");
  ExpectRefused("pkcs11:token=x");
  ExpectRefused("https://vault/key");
}

TEST(KeyPaths, ANameIsAtMost128CharactersLong) {
  EXPECT_TRUE(kPaths.Resolve("file://" + std::string(128, 'a')).ok());
  ExpectRefused("file://" + std::string(129, 'a'));
}

}  // namespace
}  // namespace enks::secrets
