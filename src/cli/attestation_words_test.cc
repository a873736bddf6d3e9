#include "cli/attestation_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/files.h"

namespace enks::cli {
namespace {

using attestation::Mode;
using attestation::Policy;
using attestation::Reason;
using attestation::Scheme;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(AttestationWordsTest, EveryReasonHasAMeaningOfItsOwn) {
  std::set<std::string_view> meanings;
  for (int i = 0; i < attestation::kReasonCount; ++i) {
    meanings.insert(MeaningOf(static_cast<Reason>(i)));
  }
  EXPECT_EQ(meanings.size(), std::size_t{attestation::kReasonCount});
  EXPECT_FALSE(meanings.contains(""));
}

Policy Sound() {
  Policy policy;
  policy.mode = Mode::kEnforce;
  policy.schemes = {Scheme::kAppAttest, Scheme::kAndroidKeyAttestation};
  policy.app_attest.app_ids = {"ABCDE12345.org.example.app"};
  policy.android_key_attestation.packages = {"org.example.app"};
  return policy;
}

TEST(AttestationWordsTest, APolicyNamesItsAppsWindowsAndWhatItAsksFor) {
  const auto lines = PolicyInWords(Sound());
  EXPECT_THAT(lines, Contains(HasSubstr("enforce: uploads without")));
  EXPECT_THAT(lines, Contains(HasSubstr("has to attest: android and ios")));
  EXPECT_THAT(lines, Contains(HasSubstr("ABCDE12345.org.example.app; with a receipt, made at most "
                                        "10m ago")));
  EXPECT_THAT(lines, Contains(HasSubstr("revocation list at most 168h old; boot loader locked")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("devicecheck"))));
}

TEST(AttestationWordsTest, APolicyThatIsOffAsksForNothing) {
  EXPECT_EQ(PolicyInWords(Policy()).size(), 1u);
  EXPECT_THAT(Doubts(Policy()), Contains("the policy is off"));
}

TEST(AttestationWordsTest, ASoundPolicyLeavesNoDoubts) {
  EXPECT_THAT(Doubts(Sound()), IsEmpty());
}

TEST(AttestationWordsTest, DoubtsNameWhatIsWeak) {
  Policy policy = Sound();
  policy.schemes = {Scheme::kDeviceCheck};
  policy.devicecheck.production = false;
  EXPECT_THAT(Doubts(policy), Contains(HasSubstr("devicecheck binds nothing")));
  EXPECT_THAT(Doubts(policy), Contains(HasSubstr("only apps from Xcode")));
  EXPECT_THAT(Doubts(policy), Contains(HasSubstr("android phones have to attest, and no scheme")));
  policy = Sound();
  policy.app_attest.require_receipt = false;
  policy.app_attest.allow_development = true;
  EXPECT_THAT(Doubts(policy), Contains(HasSubstr("never grow old")));
  EXPECT_THAT(Doubts(policy), Contains(HasSubstr("keys of apps from Xcode")));
  policy.required_platforms = {exposure::Platform::kIos};
  EXPECT_THAT(Doubts(policy), Contains(HasSubstr("android phones do not have to attest")));
  policy.required_platforms.clear();
  EXPECT_THAT(Doubts(policy), Contains("no platform has to attest"));
}

TEST(AttestationWordsTest, SchemesThatBindNothingHaveNoBinding) {
  attestation::BoundUpload upload;
  EXPECT_THAT(BindingInWords(Scheme::kDeviceCheck, upload), IsEmpty());
  EXPECT_EQ(BindingInWords(Scheme::kSafetyNet, upload).front().first, "nonce");
  EXPECT_EQ(BindingInWords(Scheme::kAppAttest, upload).front().first, "message_hex");
  upload.keys = {{"too short", 1, 2, 3}};
  EXPECT_THAT(BindingInWords(Scheme::kAppAttest, upload), IsEmpty());
}

TEST(AttestationWordsTest, ThePageForOperatorsHasTheTableOfKnobsAsItIs) {
  const auto page = base::SystemFiles().Read(ENKS_ATTESTATION_PAGE, 1 << 20);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(std::string(base::AsText(*page)), HasSubstr(KnobTable()))
      << "`enks attestation knobs --markdown` prints the table";
}

}  // namespace
}  // namespace enks::cli
