#include "attestation/key_description.h"

#include <gtest/gtest.h>

#include "attestation/issuing/der_maker.h"
#include "attestation/issuing/key_attestation_maker.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using issuing::DerInteger;
using issuing::DerOctetString;
using issuing::DerSequence;
using issuing::DerText;
using issuing::KeyDescriptionText;

constexpr base::UnixTime kCreated{std::chrono::seconds(1'700'000'000)};

KeyDescriptionText Sound() {
  return issuing::SoundDescription(kCreated, "example.health", Bytes(32, 0x99));
}

Result<KeyDescription> Read(const KeyDescriptionText& text) {
  return ReadKeyDescription(text.ToDer());
}

TEST(KeyDescriptionTest, ReadsWhatAVerificationNeeds) {
  KeyDescriptionText text = Sound();
  text.attestation_level = 1;
  text.key_level = 2;
  const auto read = Read(text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->version, 300);
  EXPECT_EQ(read->attestation_level, SecurityLevel::kTrustedEnvironment);
  EXPECT_EQ(read->key_level, SecurityLevel::kStrongBox);
  EXPECT_EQ(read->challenge, Bytes(32, 0x22));
  EXPECT_FALSE(read->has_unique_id);
  EXPECT_EQ(read->software.created_ms, 1'700'000'000'000);
  ASSERT_TRUE(read->software.application);
  EXPECT_EQ(read->software.application->packages, std::vector<std::string>{"example.health"});
  EXPECT_EQ(read->software.application->certificate_digests, std::vector<Bytes>{Bytes(32, 0x99)});
  EXPECT_EQ(read->hardware.purposes, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(read->hardware.algorithm, kAlgorithmEc);
  EXPECT_EQ(read->hardware.origin, kOriginGenerated);
  EXPECT_EQ(read->hardware.os_patch_level, 202511);
  ASSERT_TRUE(read->hardware.root_of_trust);
  EXPECT_TRUE(read->hardware.root_of_trust->device_locked);
  EXPECT_EQ(read->hardware.root_of_trust->boot_state, BootState::kVerified);
  EXPECT_FALSE(read->software.root_of_trust);
  EXPECT_FALSE(read->hardware.identifies_phone);
}

TEST(KeyDescriptionTest, SeesIdentifiersOfThePhoneWithoutReadingThem) {
  for (const int tag : {713, 714, 715, 723}) {
    KeyDescriptionText text = Sound();
    text.hardware.Add(tag, DerText("x"));
    EXPECT_TRUE(Read(text)->hardware.identifies_phone) << tag;
    KeyDescriptionText software = Sound();
    software.software.Add(tag, Bytes{0xff});  // not even an element
    EXPECT_TRUE(Read(software)->software.identifies_phone) << tag;
  }
  for (const int tag : {710, 711, 712, 716, 717, 724, 9999}) {
    KeyDescriptionText text = Sound();
    text.hardware.Set(tag, DerText("x"));
    EXPECT_FALSE(Read(text)->hardware.identifies_phone) << tag;
  }
  KeyDescriptionText unique = Sound();
  unique.unique_id = {1};
  EXPECT_TRUE(Read(unique)->has_unique_id);
}

TEST(KeyDescriptionTest, TakesPropertiesInAnyOrderButNotTwice) {
  KeyDescriptionText text = Sound();
  text.hardware.Remove(1);
  text.hardware.Add(1, issuing::DerSet({DerInteger(2)}));
  ASSERT_TRUE(Read(text).ok());
  EXPECT_EQ(Read(text)->hardware.purposes, std::vector<std::int64_t>{2});
  text.hardware.Add(9999, DerInteger(1));
  EXPECT_TRUE(Read(text).ok());
  text.hardware.Add(9999, DerInteger(1));
  EXPECT_FALSE(Read(text).ok());
}

TEST(KeyDescriptionTest, TakesTrueAsPhonesWriteIt) {
  KeyDescriptionText text = Sound();
  text.hardware.Set(704, issuing::RootOfTrustDer(0x01, 0));
  EXPECT_TRUE(Read(text)->hardware.root_of_trust->device_locked);
  text.hardware.Set(704, issuing::RootOfTrustDer(0x00, 3));
  EXPECT_FALSE(Read(text)->hardware.root_of_trust->device_locked);
  EXPECT_EQ(Read(text)->hardware.root_of_trust->boot_state, BootState::kFailed);
  text.hardware.Set(704, issuing::RootOfTrustDer(0x00, 4));
  EXPECT_FALSE(Read(text).ok());
}

TEST(KeyDescriptionTest, TakesARootOfTrustWithoutHash) {
  KeyDescriptionText text = Sound();
  text.hardware.Set(704, DerSequence({DerText("key"), issuing::DerElement(0x01, {0xff}),
                                      issuing::DerEnumerated(1)}));
  ASSERT_TRUE(Read(text).ok());
  EXPECT_EQ(Read(text)->hardware.root_of_trust->boot_state, BootState::kSelfSigned);
}

TEST(KeyDescriptionTest, ReadsSeveralPackagesAndDigests) {
  KeyDescriptionText text = Sound();
  text.software.Set(709, issuing::ApplicationIdDer({"one", "two"}, {{1}, {2}, {3}}));
  const auto application = Read(text)->software.application;
  EXPECT_EQ(application->packages, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(application->certificate_digests.size(), 3U);
  text.software.Set(709, issuing::ApplicationIdDer(std::vector<std::string>(kPackagesMax), {}));
  EXPECT_TRUE(Read(text).ok());
  text.software.Set(709, issuing::ApplicationIdDer(std::vector<std::string>(kPackagesMax + 1), {}));
  EXPECT_FALSE(Read(text).ok());
}

TEST(KeyDescriptionTest, RefusesValuesOfOtherTypes) {
  for (const int tag : {1, 2, 702, 704, 706}) {
    KeyDescriptionText text = Sound();
    text.hardware.Set(tag, DerText("x"));
    EXPECT_FALSE(Read(text).ok()) << tag;
  }
  for (const int tag : {701, 709}) {
    KeyDescriptionText text = Sound();
    text.software.Set(tag, DerSequence({}));
    EXPECT_FALSE(Read(text).ok()) << tag;
  }
  KeyDescriptionText two = Sound();
  two.hardware.Set(702, issuing::Concatenated({DerInteger(0), DerInteger(0)}));
  EXPECT_FALSE(Read(two).ok()) << "two values under one tag";
}

TEST(KeyDescriptionTest, RefusesUnknownSecurityLevels) {
  KeyDescriptionText text = Sound();
  text.attestation_level = 3;
  EXPECT_FALSE(Read(text).ok());
  text = Sound();
  text.key_level = -1;
  EXPECT_FALSE(Read(text).ok());
}

TEST(KeyDescriptionTest, RefusesWhatIsCutOffOrTooLong) {
  const Bytes der = Sound().ToDer();
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(ReadKeyDescription(base::ByteView(der).first(size)).ok()) << size;
  }
  EXPECT_FALSE(ReadKeyDescription(issuing::Concatenated({der, {0x00}})).ok());
}

}  // namespace
}  // namespace enks::attestation
