#include "publish/upload_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::publish {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(MakeAnswer, LeavesOutWhatHasNothingToSay) {
  const http::Response response = MakeAnswer(Receipt{}, {"UEFE"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"padding":"UEFE"})");
  EXPECT_FALSE(response.close);
  EXPECT_THAT(response.headers,
              ElementsAre(Pair("Content-Type", "application/json"), Pair("X-Api-Version", "v1")));
}

TEST(MakeAnswer, WritesEveryMemberInTheOrderOfTheReference) {
  Receipt receipt;
  receipt.ending = Ending::kPartlyAccepted;
  receipt.detail = "1 error occurred:\n\t* x\n\n";
  receipt.inserted = 3;
  receipt.revision_token = "dG9rZW4=";
  receipt.warnings = {"15 > 14", "b"};
  EXPECT_EQ(MakeAnswer(receipt, {"UEFE"}).body,
            R"({"revisionToken":"dG9rZW4=","insertedExposures":3,)"
            R"("error":"1 error occurred:\n\t* x\n\n","code":"partial_failure","padding":"UEFE",)"
            R"("warnings":["15 \u003e 14","b"]})");
}

TEST(MakeAnswer, TheOlderApiSaysAlsoWhatIsNothingAndHasNoCodes) {
  http::Response response = MakeAnswer(Receipt{}, {"UEFE"}, Api::kV1Alpha1);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"revisionToken":"","insertedExposures":0,"error":"","padding":"UEFE"})");
  EXPECT_THAT(response.headers, ElementsAre(Pair("Content-Type", "application/json"),
                                            Pair("X-Api-Version", "v1alpha")));
  Receipt receipt = Failure(Ending::kRegionNotAllowed, "app x");
  receipt.warnings = {"w"};
  response = MakeAnswer(receipt, {"P"}, Api::kV1Alpha1);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body,
            R"({"revisionToken":"","insertedExposures":0,"error":"unauthorized region: app x",)"
            R"("padding":"P","warnings":["w"]})");
}

TEST(MakeAnswer, EscapesWhatAStrangerSent) {
  EXPECT_EQ(MakeAnswer(Failure(Ending::kUnknownHealthAuthorityId, "<a>&\"\\"), {}).body,
            R"({"error":"unauthorized health authority: \u003ca\u003e\u0026\"\\",)"
            R"("code":"unknown_health_authority_id","padding":""})");
}

// One row of the tables of spec/publish.md sections 2 and 5.
struct Row {
  Ending ending;
  int status;
  const char* code;
  const char* error;
};

class AnswerTable : public testing::TestWithParam<Row> {};

TEST_P(AnswerTable, GivesStatusCodeAndText) {
  const Row& row = GetParam();
  const http::Response response = MakeAnswer(Failure(row.ending, "<detail"), {"P"});
  EXPECT_EQ(response.status, row.status);
  EXPECT_EQ(response.body, std::string(R"({"error":")") + row.error + R"(\u003cdetail","code":")" +
                               row.code + R"(","padding":"P"})");
  EXPECT_EQ(response.close, row.status == 413);
  EXPECT_THAT(response.headers,
              testing::Contains(Pair("Retry-After", "30")).Times(row.status == 503 ? 1 : 0));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AnswerTable,
    testing::Values(
        Row{Ending::kContentType, 415, "bad_request", "error unmarshalling API call, code: 415: "},
        Row{Ending::kBodyUnreadable, 400, "bad_request",
            "error unmarshalling API call, code: 400: "},
        Row{Ending::kBodyTooLarge, 413, "bad_request", "error unmarshalling API call, code: 413: "},
        Row{Ending::kUnknownHealthAuthorityId, 401, "unknown_health_authority_id",
            "unauthorized health authority: "},
        Row{Ending::kDirectoryUnavailable, 503, "unable_to_load_health_authority",
            "unable to load health authority"},
        Row{Ending::kNoRegions, 500, "health_authority_missing_region_config",
            "no regions are configured for health authority: "},
        Row{Ending::kCertificateInvalid, 401, "health_authority_verification_certificate_invalid",
            "unable to validate diagnosis verification: "},
        Row{Ending::kKeysInvalid, 400, "bad_request", "unable to read request data: "},
        Row{Ending::kMissingRevisionToken, 400, "missing_revision_token",
            "no revision token, but sent existing keys"},
        Row{Ending::kInvalidRevisionToken, 400, "invalid_revision_token",
            "revision token is invalid"},
        Row{Ending::kKeyAlreadyRevised, 400, "key_already_revised", "key was already revised"},
        Row{Ending::kInvalidReportTypeTransition, 400, "invalid_report_type_transition",
            "report type may not change "},
        Row{Ending::kKeyChanged, 400, "key_changed",
            "key was published with another start or period"},
        Row{Ending::kKeyNotLocal, 400, "key_not_local", "key was not published here"},
        Row{Ending::kStoreUnavailable, 503, "internal_error", "Service Unavailable"},
        Row{Ending::kStoreFailed, 500, "internal_error", "Internal Server Error"}));

TEST(MakeMaintenanceAnswer, IsTheReferencesToTheByte) {
  const http::Response response = MakeMaintenanceAnswer();
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.body, "{\"error\": \"please try again later\"}");
  EXPECT_THAT(response.headers, ElementsAre(Pair("Content-Type", "application/json")));
}

}  // namespace
}  // namespace enks::publish
