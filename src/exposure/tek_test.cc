#include "exposure/tek.h"

#include <gtest/gtest.h>

namespace enks::exposure {
namespace {

TEST(KeyData, IsSixteenBytesAndNothingElse) {
  const base::Bytes bytes(17, 0xab);
  EXPECT_FALSE(KeyData::From(base::ByteView(bytes).first(15)));
  EXPECT_FALSE(KeyData::From(bytes));
  EXPECT_FALSE(KeyData::From({}));
  const std::optional<KeyData> data = KeyData::From(base::ByteView(bytes).first(16));
  ASSERT_TRUE(data);
  EXPECT_EQ(base::AsText(data->bytes()), std::string(16, '\xab'));
}

TEST(KeyData, IsOrderedByItsBytesAsUnsignedNumbers) {
  std::array<std::uint8_t, 16> low{};
  std::array<std::uint8_t, 16> high{};
  low[0] = 0x7f;
  high[0] = 0x80;
  EXPECT_LT(KeyData(low), KeyData(high));
}

TEST(ReportType, HasTheNamesOfCertificates) {
  EXPECT_STREQ(ReportTypeName(ReportType::kUnspecified), "");
  EXPECT_STREQ(ReportTypeName(ReportType::kConfirmed), "confirmed");
  EXPECT_STREQ(ReportTypeName(ReportType::kLikely), "likely");
  EXPECT_STREQ(ReportTypeName(ReportType::kUserReport), "user-report");
  EXPECT_STREQ(ReportTypeName(ReportType::kNegative), "negative");
}

TEST(ReportType, IsFoundByItsExactNameOnly) {
  for (int number = 0; number <= 4; ++number) {
    const auto type = static_cast<ReportType>(number);
    EXPECT_EQ(ReportTypeFromName(ReportTypeName(type)), type);
  }
  EXPECT_FALSE(ReportTypeFromName("Confirmed"));
  EXPECT_FALSE(ReportTypeFromName("confirmed "));
  EXPECT_FALSE(ReportTypeFromName("recursive"));
}

}  // namespace
}  // namespace enks::exposure
