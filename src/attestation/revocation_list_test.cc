#include "attestation/revocation_list.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "attestation/testing/vectors.h"

namespace enks::attestation {
namespace {

using enum RevocationList::Status;

constexpr base::UnixTime kAsOf{std::chrono::seconds(1'600'000'000)};

Result<RevocationList> ListOf(std::string_view entries) {
  return RevocationList::FromJson(fmt::format(R"({{"entries":{{{}}}}})", entries), kAsOf);
}

TEST(RevocationListTest, ReadsGooglesList) {
  const auto list = RevocationList::FromJson(
      testing::ReadVector("keyattestation/google_android_key_attestation/status.json"), kAsOf);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->size(), 5U);
  EXPECT_EQ(list->as_of(), kAsOf);
  EXPECT_EQ(list->Of("6681152659205225093"), kRevoked);
  EXPECT_EQ(list->Of("cc66e9a93713b6e643b26c15879786f7"), kSuspended);
  EXPECT_EQ(list->Of("1"), kGood);
}

TEST(RevocationListTest, NeverReadsSerialNumbersAsDecimal) {
  const auto list = ListOf(R"("1234":{"status":"REVOKED"})");
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->Of("1234"), kRevoked);
  EXPECT_EQ(list->Of("4d2"), kGood) << "1234 in hexadecimal";
}

TEST(RevocationListTest, TakesSerialNumbersInAnyCaseAndPadding) {
  const auto list = ListOf(R"("00AbCd":{"status":"REVOKED"},"0":{"status":"REVOKED"})");
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->Of("abcd"), kRevoked);
  EXPECT_EQ(list->Of("0"), kRevoked);
}

TEST(RevocationListTest, TakesAnUnknownStatusAsRevoked) {
  const auto list = ListOf(R"("a":{"status":"LOST","reason":"SOFTWARE_FLAW"})");
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->Of("a"), kRevoked);
}

TEST(RevocationListTest, RefusesWhatIsNoList) {
  for (const auto* text :
       {"", "[]", "{}", "null", R"({"entries":[]})", R"({"entries":{}} x)",
        R"({"entries":{},"entries":{}})", R"({"entries":{"a":"REVOKED"}})",
        R"({"entries":{"a":{}}})", R"({"entries":{"a":{"status":1}}})",
        R"({"entries":{"a":{"status":"REVOKED","status":"SUSPENDED"}}})",
        R"({"entries":{"xyz":{"status":"REVOKED"}}})", R"({"entries":{"":{"status":"REVOKED"}}})",
        R"({"entries":{"a":{"status":"REVOKED"},"A":{"status":"SUSPENDED"}}})"}) {
    EXPECT_FALSE(RevocationList::FromJson(text, kAsOf).ok()) << text;
  }
}

TEST(RevocationListTest, BoundsItsSize) {
  std::string text = R"({"entries":{}})";
  text.resize(kRevocationListBytesMax, ' ');
  EXPECT_TRUE(RevocationList::FromJson(text, kAsOf).ok());
  text += ' ';
  EXPECT_FALSE(RevocationList::FromJson(text, kAsOf).ok());
}

}  // namespace
}  // namespace enks::attestation
