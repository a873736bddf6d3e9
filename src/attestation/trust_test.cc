#include "attestation/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attestation/testing/gate_world.h"

namespace enks::attestation {
namespace {

using ::testing::ElementsAre;
using testing::GateWorld;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TrustTest : public ::testing::Test {
 protected:
  Result<PolicyBook> ReadBook() {
    const auto bytes = files_.Read(world_.PathOf("policy.toml"), kPolicyFileBytesMax);
    EXPECT_TRUE(bytes.ok());
    return ReadPolicyBook(base::AsText(*bytes), world_.PathOf(""));
  }
  Result<LoadedPolicy> Load(const testing::KnobTexts& knobs = {}) {
    world_.WritePolicy(world_.Knobs(knobs));
    const auto book = ReadBook();
    EXPECT_TRUE(book.ok()) << book.status();
    warnings_.clear();
    return LoadPolicy(testing::kApp, book->policies.at(testing::kApp), files_, warnings_);
  }

  GateWorld world_;
  base::SystemFiles files_;
  std::vector<std::string> warnings_;
};

TEST_F(TrustTest, ReadsTheAnchorsOfEachUse) {
  const auto trust = ReadTrust(*ReadBook(), testing::kWorldStart, files_);
  ASSERT_TRUE(trust.ok()) << trust.status();
  EXPECT_TRUE(trust->safetynet && trust->app_attest && trust->app_attest_receipt);
  EXPECT_THAT(trust->android_key_attestation, SizeIs(1));
  EXPECT_THAT(trust->descriptions, SizeIs(4));
}

TEST_F(TrustTest, TrustsNobodyWhoIsNotNamed) {
  const auto trust = ReadTrust(PolicyBook(), testing::kWorldStart, files_);
  ASSERT_TRUE(trust.ok()) << trust.status();
  EXPECT_FALSE(trust->safetynet || trust->app_attest || trust->app_attest_receipt);
  EXPECT_THAT(trust->android_key_attestation, IsEmpty());
}

TEST_F(TrustTest, AnAnchorThatCannotBeReadIsNamed) {
  std::filesystem::remove(world_.PathOf("receipt.pem"));
  const auto trust = ReadTrust(*ReadBook(), testing::kWorldStart, files_);
  EXPECT_THAT(std::string(trust.status().message()), HasSubstr("receipt.pem"));
}

TEST_F(TrustTest, APolicyIsLoadedWithItsKeysAndItsList) {
  const auto loaded = Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->app, testing::kApp);
  EXPECT_THAT(loaded->integrity_keys, SizeIs(1));
  ASSERT_TRUE(loaded->revocations.has_value());
  EXPECT_EQ(loaded->revocations->as_of(), testing::kWorldStart);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(TrustTest, OnlyWhatIsNeededIsRead) {
  for (const char* name : {"integrity.keys", "revoked.json"}) {
    std::filesystem::remove(world_.PathOf(name));
  }
  auto loaded = Load({{"schemes", R"(["devicecheck", "safetynet"])"}});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(warnings_, IsEmpty());
  loaded = Load({{"schemes", R"(["devicecheck", "play-integrity"])"},
                 {"play_integrity.decode", "\"google\""}});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  loaded = Load({{"schemes", R"(["devicecheck", "play-integrity"])"}});
  EXPECT_THAT(std::string(loaded.status().message()), HasSubstr("integrity.keys"));
}

TEST_F(TrustTest, AListThatCannotBeUsedIsAWarning) {
  for (const char* text : {"", "{}", R"({"entries":{}})", R"({"entries":[]})"}) {
    world_.WriteFile("revoked.json", text);
    const auto loaded = Load();
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_FALSE(loaded->revocations.has_value());
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("revoked.json")));
  }
  std::filesystem::remove(world_.PathOf("revoked.json"));
  ASSERT_TRUE(Load().ok());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("revoked.json")));
}

}  // namespace
}  // namespace enks::attestation
