#include "publish/upload_counters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::publish {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(UploadCountersTest, CountsEachEndingUnderItsName) {
  metrics::Metrics metrics;
  UploadCounters counters(metrics, Api::kV1);
  Receipt receipt;
  receipt.inserted = 14;
  counters.Count(receipt);
  counters.Count(Failure(Ending::kCertificateInvalid, "detail"));
  counters.Count(Failure(Ending::kStoreFailed));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr(R"(enks_uploads_total{api="v1",outcome="accepted"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(enks_uploads_total{api="v1",outcome="certificate_invalid"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(enks_uploads_total{api="v1",outcome="store_failed"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(enks_uploads_total{api="v1",outcome="keys_invalid"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"(enks_keys_inserted_total{api="v1"} 14)"));
  EXPECT_THAT(text, Not(HasSubstr("detail")));
}

TEST(UploadCountersTest, TellsTheTwoProtocolsApart) {
  metrics::Metrics metrics;
  UploadCounters v1(metrics, Api::kV1);
  UploadCounters v1alpha1(metrics, Api::kV1Alpha1);
  v1.CountDecoy();
  v1alpha1.CountMaintenance();
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr(R"(enks_decoys_total{api="v1"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(enks_decoys_total{api="v1alpha1"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"({api="v1alpha1",outcome="maintenance"} 1)"));
}

}  // namespace
}  // namespace enks::publish
