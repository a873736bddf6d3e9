#include "authority/tek_mac.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace enks::authority {
namespace {

using exposure::SubmittedKey;
using testing::ElementsAre;
using testing::IsEmpty;

// The vectors of spec/verification-certificate.md section 2.
const std::vector<SubmittedKey> kKeys = {{"z2Cx9hdz2SlxZ8GEgqTYpA==", 1, 144, 3},
                                         {"dPCphLzfG4uzXneNimkPRQ==", 144, 144, 5}};

std::vector<SubmittedKey> WithRisks(std::vector<SubmittedKey> keys, std::int64_t risk) {
  for (SubmittedKey& key : keys) key.transmission_risk = risk;
  return keys;
}

std::vector<std::string> Macs(const std::vector<SubmittedKey>& keys) {
  const base::Bytes secret = base::FromHex("0102030405060708090a0b0c0d0e0f10").value();
  std::vector<std::string> macs;
  for (const base::Bytes& mac : AllowedTekMacs(keys, secret)) macs.push_back(base::ToBase64(mac));
  return macs;
}

TEST(AllowedTekMacs, IsTheLongFormAloneOnceARiskIsGiven) {
  EXPECT_THAT(Macs(kKeys), ElementsAre("2u1nHt5WWurJytFLF3xitNzM99oNrad2y4YGOL53AeY="));
  std::vector<SubmittedKey> one_risk = WithRisks(kKeys, 0);
  one_risk[0].transmission_risk = -1;
  EXPECT_EQ(Macs(one_risk).size(), 1U);
}

TEST(AllowedTekMacs, IsTheLongAndTheShortFormWithoutRisks) {
  EXPECT_THAT(Macs(WithRisks(kKeys, 0)),
              ElementsAre("mFNI9zhTA17n4ndd1Vu5tsn4XQX0gPrIKyjeh/9noUE=",
                          "J9S7xVebH/66dm14wGsIcAnSUR3PHD4NtDQEOGZbDUo="));
}

TEST(AllowedTekMacs, IsNothingWithoutKeys) {
  EXPECT_THAT(Macs({}), IsEmpty());
}

TEST(TekMacText, SortsByTheTextOfTheKey) {
  EXPECT_EQ(TekMacText(kKeys, TekMacForm::kLong),
            "dPCphLzfG4uzXneNimkPRQ==.144.144.5,z2Cx9hdz2SlxZ8GEgqTYpA==.1.144.3");
  EXPECT_EQ(TekMacText(kKeys, TekMacForm::kShort),
            "dPCphLzfG4uzXneNimkPRQ==.144.144,z2Cx9hdz2SlxZ8GEgqTYpA==.1.144");
}

TEST(TekMacText, SortsBytewise) {
  // Upper case before lower case, digits before both, bytes beyond ASCII last, prefixes first.
  const std::vector<SubmittedKey> keys = {{"\xc3\xa9"}, {"a"}, {"B"}, {"AB"}, {"A"}, {"+"}, {"0"}};
  EXPECT_EQ(TekMacText(keys, TekMacForm::kShort),
            "+.0.0,0.0.0,A.0.0,AB.0.0,B.0.0,a.0.0,\xc3\xa9.0.0");
}

TEST(TekMacText, KeepsTheOrderOfKeysWithTheSameText) {
  EXPECT_EQ(TekMacText({{"b", 1}, {"a", 9}, {"a", 2}, {"b", 0}}, TekMacForm::kShort),
            "a.9.0,a.2.0,b.1.0,b.0.0");
}

TEST(TekMacText, TakesKeysAndNumbersAsTheyAre) {
  EXPECT_EQ(
      TekMacText({{"z2Cx9hdz2SlxZ8GEgqTYpA", -5, 0, -9223372036854775807}}, TekMacForm::kLong),
      "z2Cx9hdz2SlxZ8GEgqTYpA.-5.0.-9223372036854775807");
  EXPECT_EQ(TekMacText({{""}}, TekMacForm::kLong), ".0.0.0");
}

}  // namespace
}  // namespace enks::authority
