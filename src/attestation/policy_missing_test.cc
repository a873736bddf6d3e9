#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "attestation/policy.h"

// What a policy file may not lack, and what is no policy file at all.
namespace enks::attestation {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kDigests =
    R"(["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])";

class PolicyMissingTest : public ::testing::Test {
 protected:
  Result<PolicyBook> Read() const {
    std::string text = "[anchors]\n";
    for (const auto& [name, value] : anchors_) text += name + " = " + value + "\n";
    text += "[policy.\"app\"]\n";
    for (const auto& [name, value] : knobs_) text += name + " = " + value + "\n";
    return ReadPolicyBook(text, "/etc/enks");
  }
  // What is said when `name` is not there, or is there with another value.
  std::string Without(const std::string& name) {
    const auto knob = knobs_.extract(name);
    EXPECT_FALSE(knob.empty()) << name;
    const auto book = Read();
    EXPECT_EQ(book.status().code(), absl::StatusCode::kInvalidArgument) << name;
    knobs_[name] = knob.mapped();
    EXPECT_TRUE(Read().ok()) << Read().status();
    return std::string(book.status().message());
  }
  std::string WithoutAnchors(const std::string& name) {
    const auto list = anchors_.extract(name);
    EXPECT_FALSE(list.empty()) << name;
    const auto none = Read();
    EXPECT_FALSE(none.ok());
    anchors_[name] = "[]";
    EXPECT_THAT(std::string(Read().status().message()), HasSubstr(name + " in [anchors]"));
    anchors_[name] = list.mapped();
    return std::string(none.status().message());
  }

  std::map<std::string, std::string> anchors_ = {
      {"safetynet", "[\"a\"]"},
      {"app-attest", "[\"b\"]"},
      {"app-attest-receipt", "[\"c\"]"},
      {"android-key-attestation", "[\"d\", \"/roots\"]"},
  };
  std::map<std::string, std::string> knobs_ = {
      {"mode", "\"enforce\""},
      {"schemes",
       "[\"safetynet\", \"play-integrity\", \"devicecheck\", \"app-attest\", "
       "\"android-key-attestation\"]"},
      {"safetynet.packages", "[\"a\"]"},
      {"safetynet.cert_digests", kDigests},
      {"play_integrity.packages", "[\"a\"]"},
      {"play_integrity.cert_digests", kDigests},
      {"play_integrity.decode", "\"local-then-google\""},
      {"play_integrity.keys", "[\"k\"]"},
      {"play_integrity.service_account_file", "\"s\""},
      {"devicecheck.team_id", "\"T\""},
      {"devicecheck.key_id", "\"K\""},
      {"devicecheck.private_key_file", "\"p\""},
      {"app_attest.app_ids", "[\"T.a\"]"},
      {"android_key_attestation.packages", "[\"a\"]"},
      {"android_key_attestation.cert_digests", kDigests},
      {"android_key_attestation.revocation_file", "\"r\""},
  };
};

TEST_F(PolicyMissingTest, ACompletePolicyIsTaken) {
  const auto book = Read();
  ASSERT_TRUE(book.ok()) << book.status();
  EXPECT_THAT(book->anchors.at(AnchorUse::kAndroidKeyAttestation),
              ::testing::ElementsAre("/etc/enks/d", "/roots"));
  EXPECT_THAT(book->anchors, SizeIs(4));
}

TEST_F(PolicyMissingTest, EverySchemeNeedsWhatItIsCarriedOutWith) {
  for (const char* name :
       {"safetynet.packages", "safetynet.cert_digests", "play_integrity.packages",
        "play_integrity.cert_digests", "play_integrity.keys", "play_integrity.service_account_file",
        "devicecheck.team_id", "devicecheck.key_id", "devicecheck.private_key_file",
        "app_attest.app_ids", "android_key_attestation.packages",
        "android_key_attestation.cert_digests", "android_key_attestation.revocation_file"}) {
    EXPECT_THAT(Without(name), AllOf(HasSubstr("policy of app"), HasSubstr(name)));
  }
  knobs_["play_integrity.recognition"] = "[]";
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("play_integrity.recognition"));
}

TEST_F(PolicyMissingTest, EverySchemeNeedsItsAnchors) {
  for (const auto& name :
       {"safetynet", "app-attest", "app-attest-receipt", "android-key-attestation"}) {
    EXPECT_THAT(WithoutAnchors(name), HasSubstr(std::string(name) + " in [anchors]"));
  }
  anchors_.erase("app-attest-receipt");
  knobs_["app_attest.require_receipt"] = "false";
  EXPECT_TRUE(Read().ok()) << Read().status();
}

TEST_F(PolicyMissingTest, OnlyWhoeverDecodesNeedsToBeAbleTo) {
  knobs_["play_integrity.decode"] = "\"local\"";
  knobs_.erase("play_integrity.service_account_file");
  knobs_["play_integrity.packages"] = R"(["a", "b"])";
  EXPECT_TRUE(Read().ok()) << Read().status();
  knobs_["play_integrity.decode"] = "\"google\"";
  knobs_["play_integrity.service_account_file"] = "\"s\"";
  knobs_.erase("play_integrity.keys");
  // Whose token it is Google wants to be told.
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("single one"));
  knobs_["play_integrity.packages"] =
      R"(["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])";
  EXPECT_TRUE(Read().ok()) << Read().status();
}

TEST_F(PolicyMissingTest, WhatIsNotTakenNeedsNothing) {
  knobs_ = {{"mode", "\"observe\""},
            {"schemes", "[\"app-attest\"]"},
            {"app_attest.app_ids", "[\"T.a\"]"}};
  anchors_.erase("safetynet");
  EXPECT_TRUE(Read().ok()) << Read().status();
  knobs_ = {{"schemes", "[\"safetynet\"]"}};  // off
  EXPECT_TRUE(Read().ok()) << Read().status();
}

TEST_F(PolicyMissingTest, APolicyThatIsOnTakesSomethingAndEnforcesForSomebody) {
  EXPECT_THAT(Without("schemes"), HasSubstr("takes no scheme"));
  knobs_["require_for_platforms"] = "[]";
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("for no platform"));
  knobs_["mode"] = "\"observe\"";
  EXPECT_TRUE(Read().ok()) << Read().status();
}

TEST_F(PolicyMissingTest, AssertionsNeedChallenges) {
  knobs_["app_attest.mode"] = "\"assertion\"";
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("require_challenge"));
  knobs_["require_challenge"] = "true";
  EXPECT_TRUE(Read().ok()) << Read().status();
}

std::string Refusal(const std::string& text) {
  const auto book = ReadPolicyBook(text, "/etc/enks");
  EXPECT_EQ(book.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(book.status().message());
}

TEST(PolicyFileTest, AnUnknownKnobIsNamedWithItsLine) {
  EXPECT_THAT(Refusal("[policy.\"a\"]\n\nmoed = \"off\"\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("\"moed\"")));
  EXPECT_THAT(Refusal("[policy.\"a\".safetynet]\npackage = []\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("\"safetynet.package\"")));
  EXPECT_THAT(Refusal("[policy.\"a\"]\nsafetynet.deep.er = 1\n"), HasSubstr("safetynet.deep"));
  EXPECT_THAT(Refusal("[policy.\"a\".safetyent]\n"),
              AllOf(HasSubstr("line 1"), HasSubstr("safetyent")));
  EXPECT_THAT(Refusal("[policy.\"a\".mode]\n"), HasSubstr("mode has the wrong kind"));
  EXPECT_THAT(Refusal("[policy.\"a\"]\nsafetynet = 1\n"), HasSubstr("\"safetynet\""));
}

TEST(PolicyFileTest, AKnobIsSetOnce) {
  EXPECT_THAT(Refusal("[policy.\"a\"]\nmode = \"off\"\nmode = \"off\"\n"), HasSubstr("line 3"));
  // Another way to write the same name.
  EXPECT_THAT(Refusal("[policy.\"a\"]\n\"safetynet.require_cts\" = false\n"),
              HasSubstr("a section of its own"));
}

TEST(PolicyFileTest, AWrongValueIsNamedWithItsLineAndWhatItMayBe) {
  EXPECT_THAT(Refusal("[policy.\"a\"]\n[policy.\"a\".safetynet]\npast = \"25h\"\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("safetynet.past is out of range"),
                    HasSubstr("1s to 22h"), HasSubstr("\"10m\" unless set")));
}

TEST(PolicyFileTest, AppsAreThereOnceInLowerCase) {
  const auto book = ReadPolicyBook("[policy.\"Com.Example\"]\n[policy.b]\n", "/etc/enks");
  ASSERT_TRUE(book.ok()) << book.status();
  EXPECT_TRUE(book->policies.contains("com.example"));
  EXPECT_THAT(book->policies, SizeIs(2));
  EXPECT_THAT(Refusal("[policy.\"A\"]\n[policy.\"a\"]\n"), HasSubstr("second policy"));
  EXPECT_THAT(Refusal("[policy.\"\"]\n"), HasSubstr("name of an app"));
}

TEST(PolicyFileTest, NothingElseStandsInIt) {
  EXPECT_THAT(Refusal("mode = \"off\"\n"), AllOf(HasSubstr("line 1"), HasSubstr("\"mode\"")));
  EXPECT_THAT(Refusal("[polices.a]\n"), HasSubstr("\"polices\""));
  EXPECT_THAT(Refusal("policy = 1\n"), HasSubstr("only [anchors]"));
  EXPECT_THAT(Refusal("anchors = []\n"), HasSubstr("only [anchors]"));
  EXPECT_THAT(Refusal("[policy]\na = 1\n"), HasSubstr("a policy is a table"));
  EXPECT_THAT(Refusal("[anchors]\nplay-integrity = [\"a\"]\n"), HasSubstr("no anchors for"));
  EXPECT_THAT(Refusal("[anchors]\nsafetynet = \"a\"\n"), HasSubstr("list of files or folders"));
  EXPECT_THAT(Refusal("[anchors]\nsafetynet = [1]\n"), HasSubstr("list of files or folders"));
}

TEST(PolicyFileTest, WhatIsNotTomlIsNamedWithItsLine) {
  EXPECT_THAT(Refusal("[anchors]\n\n[policy\n"), HasSubstr("line 3"));
  EXPECT_THAT(Refusal("\xff"), HasSubstr("line 1"));
}

TEST(PolicyFileTest, HasLimits) {
  std::string policies;
  for (std::size_t i = 0; i < kPoliciesMax; ++i) policies += fmt::format("[policy.a{}]\n", i);
  EXPECT_TRUE(ReadPolicyBook(policies, "").ok());
  EXPECT_THAT(Refusal(policies + "[policy.b]\n"), HasSubstr("too many"));
  EXPECT_TRUE(ReadPolicyBook(std::string(kPolicyFileBytesMax, '\n'), "").ok());
  EXPECT_THAT(Refusal(std::string(kPolicyFileBytesMax + 1, '\n')), HasSubstr("too long"));
}

}  // namespace
}  // namespace enks::attestation
