#include "server/reference_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/settings_table.h"

namespace enks::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReferenceEnvironmentTest : public ::testing::Test {
 protected:
  // Why the variables are refused; empty if they are taken.
  std::string Fault(const std::map<std::string, std::string>& environment) {
    settings_ = {};
    notes_.clear();
    const Status applied = ApplyReferenceEnvironment(environment, settings_, notes_);
    return applied.ok() ? "" : std::string(MessageOf(applied));
  }

  Settings settings_;
  std::vector<std::string> notes_;
};

TEST_F(ReferenceEnvironmentTest, APortThatIsNoneIsCalledThat) {
  for (const char* port : {"abc", "", "65536", "-1", "80 "}) {
    EXPECT_THAT(Fault({{"PORT", port}}), AllOf(HasSubstr("PORT"), HasSubstr("is not a port")));
  }
  EXPECT_EQ(Fault({{"PORT", "65535"}}), "");
  EXPECT_EQ(FormatListenAddress(settings_.listen_public), "0.0.0.0:65535");
}

TEST_F(ReferenceEnvironmentTest, ASecretToBeFetchedIsRefusedAndNotRepeated) {
  EXPECT_THAT(Fault({{"DB_NAME", "n"}, {"DB_PASSWORD", "secret://projects/p/secrets/s"}}),
              AllOf(HasSubstr("DB_PASSWORD"), HasSubstr("enks fetches no secrets"),
                    HasSubstr("server.database"), Not(HasSubstr("projects"))));
  EXPECT_THAT(Fault({{"DB_HOST", "h"}, {"DB_SSLCERT", "secret://c?target=file"}}),
              AllOf(HasSubstr("DB_SSLCERT"), HasSubstr("chmod 600")));
  for (const char* name : {"DB_NAME", "DEFAULT_REGION", "PORT", "LOG_LEVEL", "KEY_FILESYSTEM_ROOT",
                           "MAX_KEYS_ON_PUBLISH"}) {
    EXPECT_THAT(Fault({{name, "secret://x"}}), HasSubstr("enks fetches no secrets")) << name;
  }
  EXPECT_EQ(Fault({{"DB_NAME", "n"}, {"DB_PASSWORD", "my secret://"}}), "");
}

TEST_F(ReferenceEnvironmentTest, ASecretInAVariableWithoutEffectIsOnlyNoted) {
  EXPECT_EQ(Fault({{"BACKUP_BUCKET", "secret://x"}, {"SOMEBODY_ELSES", "secret://x"}}), "");
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("BACKUP_BUCKET has no effect")));
  EXPECT_EQ(Fault({{"DB_PASSWORD", "secret://x"}}), "");
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("DB_PASSWORD has no effect")));
}

TEST_F(ReferenceEnvironmentTest, DatabaseVariablesWithoutNameAndHostAreNoted) {
  EXPECT_EQ(Fault({{"DB_PASSWORD", "p"}, {"DB_USER", "u"}}), "");
  EXPECT_EQ(settings_.database, Settings{}.database);
  EXPECT_THAT(notes_, ElementsAre(AllOf(HasSubstr("variables DB_USER, DB_PASSWORD have no effect"),
                                        HasSubstr("without DB_NAME or DB_HOST"))));
  EXPECT_EQ(Fault({{"DB_PASSWORD", "p"}, {"DB_HOST", "h"}}), "");
  EXPECT_THAT(notes_, IsEmpty());
  EXPECT_THAT(settings_.database, HasSubstr("password='p'"));
}

TEST_F(ReferenceEnvironmentTest, TheOlderApiIsSwitchedAsThere) {
  EXPECT_EQ(Fault({{"ENABLE_V1ALPHA1_API", "true"}}), "");
  EXPECT_TRUE(settings_.v1alpha1);
  EXPECT_THAT(Fault({{"ENABLE_V1ALPHA1_API", "yes"}}), HasSubstr("neither true nor false"));
  for (const char* off : {"false", "0", ""}) {
    EXPECT_EQ(Fault({{"ENABLE_V1ALPHA1_API", off}}), "") << off;
    EXPECT_FALSE(settings_.v1alpha1);
  }
}

TEST_F(ReferenceEnvironmentTest, CloudServicesAreRefusedAndFoldersNoted) {
  for (const char* store : {"GOOGLE_CLOUD_STORAGE", "AWS_S3", "AZURE_BLOB_STORAGE", "filesystem"}) {
    EXPECT_THAT(Fault({{"BLOBSTORE", store}}), HasSubstr("server.files_folder")) << store;
  }
  for (const char* keys :
       {"GOOGLE_CLOUD_KMS", "AWS_KMS", "AZURE_KEY_VAULT", "HASHICORP_VAULT", "MEMORY"}) {
    EXPECT_THAT(Fault({{"KEY_MANAGER", keys}}), HasSubstr("enks keygen")) << keys;
  }
  EXPECT_EQ(Fault({{"BLOBSTORE", "FILESYSTEM"}, {"KEY_MANAGER", "FILESYSTEM"}}), "");
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("BLOBSTORE"), HasSubstr("KEY_MANAGER")));
}

TEST_F(ReferenceEnvironmentTest, WhatChangesNothingIsNotedWithItsReason) {
  for (const char* name :
       {"REVISION_KEY_CACHE_DURATION", "SECRET_MANAGER", "METRICS_PORT", "OBSERVABILITY_EXPORTER",
        "CLEANUP_TIMEOUT", "DB_POOL_MAX_CONN_LIFETIME", "RPC_TIMEOUT", "TRACE_PROBABILITY",
        "BACKUP_BUCKET", "DEBUG_LOG_BAD_CERTIFICATES"}) {
    EXPECT_EQ(Fault({{name, "1"}}), "") << name;
    EXPECT_THAT(notes_, ElementsAre(HasSubstr(std::string(name) + " has no effect: "))) << name;
  }
  EXPECT_EQ(Fault({{"MAX_WORKERS", "5"}, {"REQUEST_TIMEOUT", "30s"}, {"HOME", "/"}}), "");
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("variable MAX_WORKERS has no")));
}

TEST_F(ReferenceEnvironmentTest, VariablesOfTokensAndStatisticsAreTaken) {
  EXPECT_EQ(Fault({{"REVISION_TOKEN_KEY_ID", "tokens"},
                   {"REVISION_TOKEN_AAD", "AQID"},
                   {"REVISION_TOKEN_MIN_LENGTH", "30"},
                   {"NEW_KEY_PERIOD", "24h"},
                   {"DELETE_OLD_KEY_PERIOD", "336h"},
                   {"STATS_AUDIENCE", "a"},
                   {"STATS_UPLOAD_MINIMUM", "12"},
                   {"STATS_EMBARGO_PERIOD", "72h"}}),
            "");
  EXPECT_THAT(notes_, IsEmpty());
  EXPECT_EQ(settings_.tokens.sealing_key, "tokens");
  EXPECT_EQ(settings_.tokens.additional, (base::Bytes{1, 2, 3}));
  EXPECT_EQ(settings_.tokens.entries_min, 30U);
  EXPECT_EQ(settings_.rotation.new_key_period, std::chrono::hours(24));
  EXPECT_EQ(settings_.rotation.delete_old_period, std::chrono::hours(336));
  EXPECT_EQ(settings_.statistics.token.audience, "a");
  EXPECT_EQ(settings_.statistics.release.uploads_min, 12);
  EXPECT_EQ(settings_.statistics.release.small_days_after, std::chrono::hours(72));
  EXPECT_THAT(Fault({{"REVISION_TOKEN_AAD", "!"}}), HasSubstr("is not base64"));
  EXPECT_THAT(Fault({{"STATS_UPLOAD_MINIMUM", "9"}}), HasSubstr("out of range"));
}

TEST_F(ReferenceEnvironmentTest, AnEmbargoOfStatisticsBelowZeroMeansNever) {
  EXPECT_EQ(Fault({{"STATS_EMBARGO_PERIOD", "-1s"}}), "");
  EXPECT_EQ(settings_.statistics.release.small_days_after, std::chrono::seconds(0));
}

TEST_F(ReferenceEnvironmentTest, VariablesOfTheKeySyncAreTakenAndATtlBelowZeroCountsAsAbove) {
  EXPECT_EQ(Fault({{"REQUEST_TIMEOUT", "45s"}, {"HEALTH_AUTHORITY_KEY_CLEANUP_TTL", "-96h"}}), "");
  EXPECT_THAT(notes_, IsEmpty());
  EXPECT_EQ(settings_.jwks.request_timeout, std::chrono::seconds(45));
  EXPECT_EQ(settings_.jwks.rules.cleanup_ttl, std::chrono::hours(96));
  EXPECT_EQ(Fault({{"HEALTH_AUTHORITY_KEY_CLEANUP_TTL", "240h"}}), "");
  EXPECT_EQ(settings_.jwks.rules.cleanup_ttl, std::chrono::hours(240));
  EXPECT_NE(Fault({{"HEALTH_AUTHORITY_KEY_CLEANUP_TTL", "soon"}}), "");
  EXPECT_NE(Fault({{"HEALTH_AUTHORITY_KEY_CLEANUP_TTL", "-9000h"}}), "");
}

TEST_F(ReferenceEnvironmentTest, EveryVariableThatCanChangeASettingIsKnownAsOne) {
  for (const Setting& setting : SettingsTable()) {
    EXPECT_TRUE(IsSettingsVariable(setting.Variable())) << setting.name;
    if (setting.reference.empty()) continue;
    EXPECT_TRUE(IsSettingsVariable(setting.reference)) << setting.reference;
  }
  for (const char* name : {"ENKS_DATA", "ENKS_NO_SUCH_SETTING", "PORT", "LOG_LEVEL", "LOG_MODE",
                           "DB_NAME", "DB_HOST", "DB_PASSWORD", "DB_CONNECT_TIMEOUT",
                           "ENABLE_V1ALPHA1_API", "BLOBSTORE", "KEY_MANAGER", "SECRET_MANAGER"}) {
    EXPECT_TRUE(IsSettingsVariable(name)) << name;
  }
  for (const char* name : {"", "PATH", "HOME", "TZ", "ENKS", "MYENKS_DATA", "PORTS", "DB_NAMES"}) {
    EXPECT_FALSE(IsSettingsVariable(name)) << name;
  }
}

}  // namespace
}  // namespace enks::server
