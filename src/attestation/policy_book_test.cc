#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "attestation/policy.h"

// The text of a policy file, knob by knob. What a policy may not lack is in policy_missing_test.cc.
namespace enks::attestation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A policy that is off, so that nothing else needs to be there.
Result<PolicyBook> Read(const std::string& lines) {
  return ReadPolicyBook("[policy.\"app\"]\n" + lines + "\n", "/etc/enks");
}

Policy Taken(const std::string& lines) {
  const auto book = Read(lines);
  EXPECT_TRUE(book.ok()) << lines << ": " << book.status();
  return book.ok() ? book->policies.at("app") : Policy();
}

std::string Refusal(const std::string& lines) {
  const auto book = Read(lines);
  EXPECT_EQ(book.status().code(), absl::StatusCode::kInvalidArgument) << lines;
  return std::string(book.status().message());
}

TEST(PolicyBookTest, AnEmptyTextTrustsNobodyAndAsksNothing) {
  const auto book = ReadPolicyBook("", "/etc/enks");
  ASSERT_TRUE(book.ok()) << book.status();
  EXPECT_THAT(book->policies, IsEmpty());
  EXPECT_THAT(book->anchors, IsEmpty());
}

TEST(PolicyBookTest, WhatIsNotSaidIsAsTheDescriptionSays) {
  const Policy policy = Taken("");
  EXPECT_EQ(policy.mode, Mode::kOff);
  EXPECT_THAT(policy.schemes, IsEmpty());
  EXPECT_THAT(policy.required_platforms, SizeIs(2));
  EXPECT_EQ(policy.when_unavailable, WhenUnavailable::kDeny);
  EXPECT_TRUE(policy.safetynet.requires_basic_integrity);
  EXPECT_TRUE(policy.safetynet.requires_cts_profile);
  EXPECT_FALSE(policy.safetynet.requires_hardware_backed);
  EXPECT_EQ(policy.safetynet.window.past, minutes(10));
  EXPECT_EQ(policy.safetynet.window.future, minutes(1));
  EXPECT_EQ(policy.play_integrity.device_min, DeviceIntegrity::kDevice);
  EXPECT_THAT(policy.play_integrity.recognition, ElementsAre("PLAY_RECOGNIZED"));
  EXPECT_EQ(policy.play_integrity.decoding, IntegrityDecoding::kLocal);
  EXPECT_TRUE(policy.devicecheck.production);
  EXPECT_EQ(policy.devicecheck.timeout, seconds(5));
  EXPECT_TRUE(policy.app_attest.require_receipt);
  EXPECT_EQ(policy.app_attest.mode, AppAttestMode::kOneShot);
  EXPECT_EQ(policy.android_key_attestation.level_min, SecurityLevel::kTrustedEnvironment);
  EXPECT_TRUE(policy.android_key_attestation.require_locked);
  EXPECT_EQ(policy.android_key_attestation.revocation_age_max, hours(24 * 7));
  EXPECT_EQ(policy.android_key_attestation.window.future, minutes(5));
}

TEST(PolicyBookTest, TurnsEachSwitchOnAndOff) {
  const std::vector<std::pair<const char*, std::function<bool(const Policy&)>>> switches = {
      {"exempt_traveler", [](const Policy& p) { return p.exempts_travelers; }},
      {"exempt_self_report", [](const Policy& p) { return p.exempts_self_reports; }},
      {"require_challenge", [](const Policy& p) { return p.needs_challenge; }},
      {"remember_bound_tokens", [](const Policy& p) { return p.remembers_bound_tokens; }},
      {"v1alpha1_refusals_look_like_success",
       [](const Policy& p) { return p.v1alpha1_refusals_look_like_success; }},
      {"safetynet.require_basic",
       [](const Policy& p) { return p.safetynet.requires_basic_integrity; }},
      {"safetynet.require_cts", [](const Policy& p) { return p.safetynet.requires_cts_profile; }},
      {"safetynet.require_hardware_backed",
       [](const Policy& p) { return p.safetynet.requires_hardware_backed; }},
      {"play_integrity.allow_virtual",
       [](const Policy& p) { return p.play_integrity.allows_virtual; }},
      {"play_integrity.require_licensed",
       [](const Policy& p) { return p.play_integrity.requires_licensed; }},
      {"play_integrity.allow_testing",
       [](const Policy& p) { return p.play_integrity.allows_testing; }},
      {"devicecheck.production", [](const Policy& p) { return p.devicecheck.production; }},
      {"app_attest.allow_development",
       [](const Policy& p) { return p.app_attest.allow_development; }},
      {"app_attest.require_receipt", [](const Policy& p) { return p.app_attest.require_receipt; }},
      {"android_key_attestation.require_locked",
       [](const Policy& p) { return p.android_key_attestation.require_locked; }},
      {"android_key_attestation.require_verified_boot",
       [](const Policy& p) { return p.android_key_attestation.require_verified_boot; }},
      {"android_key_attestation.suspended_is_revoked",
       [](const Policy& p) { return p.android_key_attestation.suspended_is_revoked; }},
      {"android_key_attestation.require_signature",
       [](const Policy& p) { return p.android_key_attestation.require_signature; }},
  };
  for (const auto& [name, value] : switches) {
    EXPECT_TRUE(value(Taken(fmt::format("{} = true", name)))) << name;
    EXPECT_FALSE(value(Taken(fmt::format("{} = false", name)))) << name;
    for (const char* wrong : {"\"true\"", "1", "[true]", "1.0"}) {
      EXPECT_THAT(Refusal(fmt::format("{} = {}", name, wrong)), HasSubstr("true or false"));
    }
  }
  // Every knob of that kind is above.
  const auto knobs = DescribeKnobs();
  EXPECT_EQ(std::ranges::count(knobs, "true or false", &KnobDescription::range),
            std::ssize(switches));
}

TEST(PolicyBookTest, TakesTheEndsOfEachDurationAndNothingBeyond) {
  struct Case {
    const char* name;
    const char* least;
    const char* below;
    const char* most;
    const char* above;
    std::function<seconds(const Policy&)> value;
  };
  const auto window = [](const char* name, bool is_past,
                         std::function<seconds(const Policy&)> value) {
    return is_past ? Case{name, "1s", "0s", "22h", "22h1s", std::move(value)}
                   : Case{name, "0s", "-1s", "1h", "1h1s", std::move(value)};
  };
  const std::vector<Case> cases = {
      window("safetynet.past", true, [](const Policy& p) { return p.safetynet.window.past; }),
      window("safetynet.future", false, [](const Policy& p) { return p.safetynet.window.future; }),
      window("play_integrity.past", true,
             [](const Policy& p) { return p.play_integrity.window.past; }),
      window("play_integrity.future", false,
             [](const Policy& p) { return p.play_integrity.window.future; }),
      window("app_attest.past", true, [](const Policy& p) { return p.app_attest.window.past; }),
      window("app_attest.future", false,
             [](const Policy& p) { return p.app_attest.window.future; }),
      window("android_key_attestation.past", true,
             [](const Policy& p) { return p.android_key_attestation.window.past; }),
      window("android_key_attestation.future", false,
             [](const Policy& p) { return p.android_key_attestation.window.future; }),
      {"play_integrity.timeout", "1s", "0s", "30s", "31s",
       [](const Policy& p) { return p.play_integrity.timeout; }},
      {"devicecheck.timeout", "1s", "0s", "30s", "31s",
       [](const Policy& p) { return p.devicecheck.timeout; }},
      {"android_key_attestation.revocation_max_age", "1h", "59m59s", "2160h", "2160h1s",
       [](const Policy& p) { return p.android_key_attestation.revocation_age_max; }},
  };
  for (const Case& knob : cases) {
    const auto with = [&](const char* value) {
      return fmt::format("{} = \"{}\"", knob.name, value);
    };
    EXPECT_LT(knob.value(Taken(with(knob.least))), knob.value(Taken(with(knob.most))));
    EXPECT_THAT(Refusal(with(knob.below)), HasSubstr("out of range")) << knob.name;
    EXPECT_THAT(Refusal(with(knob.above)), HasSubstr("out of range")) << knob.name;
    for (const char* wrong : {"soon", "", "1500ms", "600"}) {
      EXPECT_THAT(Refusal(with(wrong)), HasSubstr("whole seconds")) << knob.name << wrong;
    }
    EXPECT_THAT(Refusal(fmt::format("{} = 600", knob.name)), HasSubstr("whole seconds"));
  }
}

TEST(PolicyBookTest, TakesTheWordsOfEachChoiceAndNoOthers) {
  EXPECT_EQ(Taken("mode = \"off\"").mode, Mode::kOff);
  EXPECT_EQ(Taken("on_unavailable = \"allow\"").when_unavailable, WhenUnavailable::kAllow);
  EXPECT_EQ(Taken("on_unavailable = \"deny\"").when_unavailable, WhenUnavailable::kDeny);
  const auto device = [](const char* word) {
    return Taken(fmt::format("play_integrity.min_device = \"{}\"", word)).play_integrity.device_min;
  };
  EXPECT_EQ(device("basic"), DeviceIntegrity::kBasic);
  EXPECT_EQ(device("device"), DeviceIntegrity::kDevice);
  EXPECT_EQ(device("strong"), DeviceIntegrity::kStrong);
  const auto decode = [](const char* word) {
    return Taken(fmt::format("play_integrity.decode = \"{}\"", word)).play_integrity.decoding;
  };
  EXPECT_EQ(decode("local"), IntegrityDecoding::kLocal);
  EXPECT_EQ(decode("google"), IntegrityDecoding::kGoogle);
  EXPECT_EQ(decode("local-then-google"), IntegrityDecoding::kLocalThenGoogle);
  EXPECT_EQ(Taken("app_attest.mode = \"assertion\"").app_attest.mode, AppAttestMode::kAssertion);
  EXPECT_EQ(Taken("app_attest.mode = \"one-shot\"").app_attest.mode, AppAttestMode::kOneShot);
  const auto level = [](const char* word) {
    return Taken(fmt::format("android_key_attestation.min_security_level = \"{}\"", word))
        .android_key_attestation.level_min;
  };
  EXPECT_EQ(level("tee"), SecurityLevel::kTrustedEnvironment);
  EXPECT_EQ(level("strongbox"), SecurityLevel::kStrongBox);
  // A phone that keeps its key in software proves nothing.
  for (const char* line : {"mode = \"Enforce\"", "mode = true", "mode = []",
                           "on_unavailable = \"\"", "play_integrity.min_device = \"virtual\"",
                           "play_integrity.decode = \"remote\"", "app_attest.mode = \"both\"",
                           "android_key_attestation.min_security_level = \"software\""}) {
    EXPECT_THAT(Refusal(line), HasSubstr("Allowed: one of: ")) << line;
  }
}

TEST(PolicyBookTest, TakesSetsOfWords) {
  const Policy policy = Taken(
      "schemes = [\"safetynet\", \"play-integrity\", \"devicecheck\", \"app-attest\",\n"
      "\"android-key-attestation\", \"safetynet\"]\nrequire_for_platforms = [\"ios\"]");
  EXPECT_THAT(policy.schemes, SizeIs(kSchemeCount));
  EXPECT_THAT(policy.required_platforms, ElementsAre(exposure::Platform::kIos));
  EXPECT_THAT(Taken("schemes = []").schemes, IsEmpty());
  EXPECT_THAT(Refusal("schemes = [\"safety-net\"]"), HasSubstr("Allowed: a list of: safetynet, "));
  EXPECT_THAT(Refusal("schemes = \"safetynet\""), HasSubstr("not a list"));
  EXPECT_THAT(Refusal("schemes = [1]"), HasSubstr("wrong kind"));
  EXPECT_THAT(Refusal("require_for_platforms = [\"unknown\"]"), HasSubstr("android, ios"));
}

TEST(PolicyBookTest, TakesTextsButNoEmptyOnes) {
  const Policy policy = Taken(
      "safetynet.packages = [\"a.b\", \"c.d\"]\nplay_integrity.packages = [\"e.f\"]\n"
      "play_integrity.recognition = [\"PLAY_RECOGNIZED\", \"UNRECOGNIZED_VERSION\"]\n"
      "play_integrity.base_url = \"https://google.example\"\n"
      "devicecheck.team_id = \"T\"\ndevicecheck.key_id = \"K\"\n"
      "devicecheck.base_url = \"https://apple.example\"\n"
      "app_attest.app_ids = [\"T.g.h\"]\nandroid_key_attestation.packages = [\"i.j\"]");
  EXPECT_THAT(policy.safetynet.packages, ElementsAre("a.b", "c.d"));
  EXPECT_THAT(policy.play_integrity.packages, ElementsAre("e.f"));
  EXPECT_THAT(policy.play_integrity.recognition, SizeIs(2));
  EXPECT_EQ(policy.play_integrity.base_url, "https://google.example");
  EXPECT_EQ(policy.devicecheck.team_id, "T");
  EXPECT_EQ(policy.devicecheck.key_id, "K");
  EXPECT_EQ(policy.devicecheck.base_url, "https://apple.example");
  EXPECT_THAT(policy.app_attest.app_ids, ElementsAre("T.g.h"));
  EXPECT_THAT(policy.android_key_attestation.packages, ElementsAre("i.j"));
  // A phone that fails leaves its package out, which reads as an empty one.
  for (const char* name :
       {"safetynet.packages", "play_integrity.packages", "play_integrity.recognition",
        "app_attest.app_ids", "android_key_attestation.packages"}) {
    EXPECT_THAT(Refusal(fmt::format("{} = [\"a\", \"\"]", name)), HasSubstr("empty entry"));
    EXPECT_THAT(Refusal(fmt::format("{} = \"a\"", name)), HasSubstr("not a list of texts"));
  }
  for (const char* name :
       {"devicecheck.team_id", "devicecheck.key_id", "play_integrity.base_url"}) {
    EXPECT_THAT(Refusal(fmt::format("{} = \"\"", name)), HasSubstr("is empty"));
    EXPECT_THAT(Refusal(fmt::format("{} = 7", name)), HasSubstr("not a text"));
  }
  EXPECT_EQ(Taken("devicecheck.base_url = \"\"").devicecheck.base_url, "");
}

TEST(PolicyBookTest, PathsStartAtThePolicyFile) {
  const Policy policy = Taken(
      "play_integrity.keys = [\"a.keys\", \"/b.keys\"]\n"
      "play_integrity.service_account_file = \"c.json\"\n"
      "devicecheck.private_key_file = \"../d.p8\"\n"
      "android_key_attestation.revocation_file = \"e.json\"");
  EXPECT_THAT(policy.play_integrity.key_files, ElementsAre("/etc/enks/a.keys", "/b.keys"));
  EXPECT_EQ(policy.play_integrity.service_account_file, "/etc/enks/c.json");
  EXPECT_EQ(policy.devicecheck.private_key_file, "/etc/enks/../d.p8");
  EXPECT_EQ(policy.android_key_attestation.revocation_file, "/etc/enks/e.json");
  EXPECT_THAT(Refusal("devicecheck.private_key_file = \"\""), HasSubstr("path of a file"));
  EXPECT_THAT(Refusal("devicecheck.private_key_file = [\"a\"]"), HasSubstr("path of a file"));
  EXPECT_THAT(Refusal("play_integrity.keys = [\"\"]"), HasSubstr("list of files"));
  EXPECT_THAT(Refusal("play_integrity.keys = \"a.keys\""), HasSubstr("list of files"));
}

TEST(PolicyBookTest, TakesDigestsAsToolsWriteThem) {
  for (const char* name : {"safetynet.cert_digests", "play_integrity.cert_digests",
                           "android_key_attestation.cert_digests"}) {
    const auto with = [&](const std::string& list) { return fmt::format("{} = {}", name, list); };
    const std::string hex(64, 'a');
    EXPECT_TRUE(
        Read(with("[\"" + hex + "\", \"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\"]")).ok());
    for (const std::string& wrong :
         {hex + "a", hex.substr(1), std::string(), std::string("AA==")}) {
      EXPECT_THAT(Refusal(with("[\"" + wrong + "\"]")), HasSubstr("no SHA-256 digest"));
    }
    EXPECT_THAT(Refusal(with("\"" + hex + "\"")), HasSubstr("not a list"));
  }
  const Policy policy = Taken("safetynet.cert_digests = [\"" + std::string(64, 'a') + "\"]");
  ASSERT_THAT(policy.safetynet.certificate_digests, SizeIs(1));
  EXPECT_EQ(policy.safetynet.certificate_digests[0][31], 0xaa);
}

TEST(PolicyBookTest, APatchLevelIsAMonth) {
  const std::string knob = "android_key_attestation.min_patch_level = ";
  for (const int month : {200801, 202612, 299912}) {
    EXPECT_EQ(Taken(knob + std::to_string(month)).android_key_attestation.patch_level_min, month);
  }
  for (const char* wrong : {"200712", "202600", "202613", "299913", "300001", "20260105", "-1",
                            "\"202601\"", "202601.0"}) {
    EXPECT_THAT(Refusal(knob + wrong), HasSubstr("min_patch_level")) << wrong;
  }
}

TEST(PolicyBookTest, EveryKnobIsDescribedOnceAndCanBeWrittenAsItIsInitially) {
  std::vector<std::string> names;
  for (const KnobDescription& knob : DescribeKnobs()) {
    names.push_back(knob.name);
    EXPECT_FALSE(knob.range.empty() || knob.help.empty()) << knob.name;
    EXPECT_TRUE(knob.help.ends_with(".")) << knob.name;
    if (knob.initial == "none" || knob.initial == "\"\"") continue;
    EXPECT_TRUE(Read(knob.name + " = " + knob.initial).ok()) << knob.name;
  }
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

}  // namespace
}  // namespace enks::attestation
