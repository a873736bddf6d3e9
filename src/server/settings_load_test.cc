#include "server/settings_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/memory_files.h"
#include "server/settings_table.h"

namespace enks::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SettingsLoadTest : public ::testing::Test {
 protected:
  SettingsLoadTest() {
    sources_.data_folder = "/data";
    sources_.file = "/data/enks.toml";
    WriteFile("");
  }

  void WriteFile(std::string_view text) { files_.Put("/data/enks.toml", text); }

  Result<LoadedSettings> Load() { return LoadSettings(sources_, files_); }

  std::string Fault() {
    const auto loaded = Load();
    return loaded.ok() ? "<loaded>" : std::string(MessageOf(loaded.status()));
  }

  base::MemoryFiles files_;
  SettingsSources sources_;
};

TEST_F(SettingsLoadTest, AnEmptyFileGivesTheReferencesDefaults) {
  const auto loaded = Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const Settings& settings = loaded->settings;
  EXPECT_EQ(settings.publish.rules.keys_max, 30);
  EXPECT_EQ(settings.publish.rules.same_start_max, 3);
  EXPECT_EQ(settings.publish.rules.key_age_max, std::chrono::hours(360));
  EXPECT_EQ(settings.exports.min_window_age, std::chrono::hours(2));
  EXPECT_EQ(settings.exports.file_max_records, 500'000);
  EXPECT_EQ(settings.retention.ttl, std::chrono::hours(336));
  EXPECT_EQ(settings.roles.size(), 4u);
}

TEST_F(SettingsLoadTest, TheFileThatInitWritesSetsEverythingToWhatItWas) {
  Settings changed;
  changed.publish.rules.keys_max = 21;
  changed.publish.default_region = "a \"b\" \\c";
  changed.roles = {Role::kFiles, Role::kCleanup};
  changed.listen_public = {"::1", 443};
  changed.exports.min_window_age = std::chrono::minutes(90);
  WriteFile(SettingsFileText(changed));
  const auto loaded = Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  for (const Setting& setting : SettingsTable()) {
    EXPECT_EQ(setting.get(loaded->settings), setting.get(changed)) << setting.name;
  }
}

TEST_F(SettingsLoadTest, EverySettingHasASentenceARangeAndADefaultThatIsAllowed) {
  for (const Setting& setting : SettingsTable()) {
    EXPECT_TRUE(setting.help.ends_with('.')) << setting.name;
    EXPECT_FALSE(setting.range.empty()) << setting.name;
    EXPECT_EQ(FindSetting(setting.name), &setting);
  }
}

TEST_F(SettingsLoadTest, AMissingFileIsAnErrorThatNamesInit) {
  sources_.file = "/nowhere/enks.toml";
  EXPECT_THAT(Fault(), HasSubstr("enks init"));
  sources_.file_optional = true;
  EXPECT_TRUE(Load().ok());
}

TEST_F(SettingsLoadTest, AnUnknownSettingIsRefusedWithItsLineAndTheNearestName) {
  WriteFile("[publish]\n\nkeys_mx = 3\n");
  EXPECT_THAT(Fault(), AllOf(HasSubstr("line 3"), HasSubstr("publish.keys_mx"),
                             HasSubstr("Did you mean \"publish.keys_max\"")));
  WriteFile("keys_max = 3\n");
  EXPECT_THAT(Fault(), HasSubstr("there is no setting"));
}

TEST_F(SettingsLoadTest, AValueOutOfRangeIsRefusedWithTheRangeOnBothSides) {
  for (const char* value : {"0", "1001", "-1"}) {
    WriteFile(std::string("[publish]\nkeys_max = ") + value);
    EXPECT_THAT(Fault(), AllOf(HasSubstr("publish.keys_max"), HasSubstr("1 to 1000 keys")));
  }
  for (const char* value : {"3", "1000"}) {
    WriteFile(std::string("[publish]\nkeys_max = ") + value);
    EXPECT_EQ(Fault(), "<loaded>");
  }
}

TEST_F(SettingsLoadTest, AValueOfTheWrongKindIsRefused) {
  for (const char* line : {"keys_max = true", "keys_max = 1.5", "keys_max = [1]", "maintenance = 3",
                           "truncate_window = 60", "truncate_window = \"1\"",
                           "truncate_window = \"1500ms\"", "default_region = 1"}) {
    WriteFile(std::string("[publish]\n") + line);
    EXPECT_NE(Fault(), "<loaded>") << line;
  }
}

TEST_F(SettingsLoadTest, AMistypedSectionIsRefusedWithItsLine) {
  Settings settings;
  for (const char* text : {"[*server]\n", "[server\n", "[server]]\n", "[]\n", "[=]\n"}) {
    const Status status = ApplySettingsText(text, "enks.toml", settings);
    EXPECT_NE(MessageOf(status).find("enks.toml line 1"), std::string_view::npos) << text;
  }
}

TEST_F(SettingsLoadTest, TextThatIsNotTomlIsRefusedWithItsLine) {
  WriteFile("[publish]\nkeys_max = = 3");
  EXPECT_THAT(Fault(), AllOf(HasSubstr("line 2"), HasSubstr("not TOML")));
}

TEST_F(SettingsLoadTest, LettersBeyondAsciiMayStandInCommentsAndStringsOfOneLine) {
  Settings settings;
  const auto status = [&](std::string_view text) {
    return ApplySettingsText(text, "enks.toml", settings);
  };
  EXPECT_TRUE(status("# Größe\n[server]\nkey_folder = \"Schlüssel\"  # für Ämter\n").ok());
  EXPECT_TRUE(status("[server]\nkey_folder = 'a\\Ä'\n").ok());
  for (const char* text : {"Ҕ = 1.5\n", "[sérver]\n", "a = \"\"\"\nÄ\"\"\"\n"}) {
    EXPECT_NE(MessageOf(status(text)).find("beyond ASCII"), std::string_view::npos) << text;
  }
  for (const char* text : {"\"c d\"Ҕ = 1.5\n", "[server]\nkey_folder = 'a'ä\n", "a = 0=%'Ä\n"}) {
    EXPECT_NE(MessageOf(status(text)).find("not TOML"), std::string_view::npos) << text;
  }
}

TEST_F(SettingsLoadTest, ControlCharactersAreRefusedWhereverTheyStand) {
  Settings settings;
  EXPECT_TRUE(ApplySettingsText("[server]\r\n\tthreads = 2\r\n", "enks.toml", settings).ok());
  for (const std::string_view text :
       {std::string_view("a = \0", 5), std::string_view("# \x01\n"), std::string_view("\x7f")}) {
    const Status status = ApplySettingsText(text, "enks.toml", settings);
    EXPECT_NE(MessageOf(status).find("control character"), std::string_view::npos);
  }
}

TEST_F(SettingsLoadTest, FlagsWinOverVariablesAndVariablesOverTheFile) {
  WriteFile("[publish]\nkeys_max = 11\n");
  EXPECT_EQ(Load()->settings.publish.rules.keys_max, 11);
  sources_.environment["MAX_KEYS_ON_PUBLISH"] = "12";
  EXPECT_EQ(Load()->settings.publish.rules.keys_max, 12);
  sources_.environment["ENKS_PUBLISH_KEYS_MAX"] = "13";
  EXPECT_EQ(Load()->settings.publish.rules.keys_max, 13);
  sources_.overrides = {{"publish.keys_max", "14"}};
  EXPECT_EQ(Load()->settings.publish.rules.keys_max, 14);
}

TEST_F(SettingsLoadTest, AnUnknownVariableOfOursAndAnUnknownFlagAreRefused) {
  sources_.environment["ENKS_PUBLISH_KEY_MAX"] = "12";
  EXPECT_THAT(Fault(), HasSubstr("publish.keys_max"));
  sources_.environment = {{"ENKS_DATA", "/data"}};
  EXPECT_EQ(Fault(), "<loaded>");
  sources_.overrides = {{"nothing.like.it", "1"}};
  EXPECT_THAT(Fault(), HasSubstr("--set nothing.like.it"));
}

TEST_F(SettingsLoadTest, TheReferencesVariablesAreUnderstood) {
  sources_.environment = {{"PORT", "9090"},           {"TRUNCATE_WINDOW", "30m"},
                          {"CLEANUP_TTL", "400h"},    {"ALLOW_PARTIAL_REVISIONS", "T"},
                          {"LOG_LEVEL", "NOTICE"},    {"LOG_MODE", "development"},
                          {"BLOBSTORE", "FILESYSTEM"}};
  const auto loaded = Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const Settings& settings = loaded->settings;
  EXPECT_EQ(settings.listen_public.host, "0.0.0.0");
  EXPECT_EQ(settings.listen_public.port, 9090);
  EXPECT_EQ(settings.publish.rules.truncate_window, std::chrono::minutes(30));
  EXPECT_EQ(settings.exports.truncate_window, std::chrono::minutes(30));
  EXPECT_EQ(settings.retention.ttl, std::chrono::hours(400));
  EXPECT_TRUE(settings.publish.allow_partial_revisions);
  EXPECT_EQ(settings.log_level, base::LogLevel::kWarning);
  EXPECT_EQ(settings.log_format, base::LogFormat::kHuman);
  ASSERT_EQ(loaded->notes.size(), 1u);
  EXPECT_THAT(loaded->notes[0], HasSubstr("BLOBSTORE"));
}

TEST_F(SettingsLoadTest, AVariableThatIsSetToNothingMeansZeroAsInTheReference) {
  sources_.environment = {{"MIN_WINDOW_AGE", ""}};
  EXPECT_EQ(Load()->settings.exports.min_window_age, std::chrono::seconds(0));
  sources_.environment = {{"MAX_KEYS_ON_PUBLISH", ""}};
  EXPECT_THAT(Fault(), HasSubstr("MAX_KEYS_ON_PUBLISH"));
}

TEST_F(SettingsLoadTest, PaddingBelowOneByteMeansTheDefaultAsInTheReference) {
  for (const char* value : {"0", "", "-1", "-9223372036854775808"}) {
    sources_.environment = {{"RESPONSE_PADDING_RANGE", value},
                            {"RESPONSE_PADDING_MIN_BYTES", value}};
    const auto loaded = Load();
    ASSERT_TRUE(loaded.ok()) << value << ": " << loaded.status();
    EXPECT_EQ(loaded->settings.publish.padding_bytes_min, 1024u);
    EXPECT_EQ(loaded->settings.publish.padding_bytes_range, 1024u);
  }
  sources_.environment = {{"RESPONSE_PADDING_RANGE", "1"}, {"RESPONSE_PADDING_MIN_BYTES", "1"}};
  EXPECT_EQ(Load()->settings.publish.padding_bytes_min, 1u);
  EXPECT_EQ(Load()->settings.publish.padding_bytes_range, 1u);
  for (const char* value : {"65537", "x", "1.5"}) {
    sources_.environment = {{"RESPONSE_PADDING_RANGE", value}};
    EXPECT_THAT(Fault(), HasSubstr("RESPONSE_PADDING_RANGE")) << value;
  }
}

TEST_F(SettingsLoadTest, FewKeysAnUploadLowerAnUntouchedLimitOfEqualStarts) {
  sources_.environment = {{"MAX_KEYS_ON_PUBLISH", "2"}};
  EXPECT_EQ(Load()->settings.publish.rules.same_start_max, 2);
  WriteFile(SettingsFileText(Settings{}));  // as `enks init` writes it
  EXPECT_EQ(Load()->settings.publish.rules.same_start_max, 2);
  sources_.environment["MAX_SAME_START_INTERVAL_KEYS"] = "2";
  EXPECT_EQ(Fault(), "<loaded>");
  sources_.environment["MAX_SAME_START_INTERVAL_KEYS"] = "4";
  EXPECT_THAT(Fault(), HasSubstr("publish.same_start_max"));
}

TEST_F(SettingsLoadTest, LimitsOfUploadsAreAtLeastOne) {
  for (const char* variable : {"MAX_SAME_START_INTERVAL_KEYS", "MAX_SYMPTOM_ONSET_DAYS",
                               "MAX_VALID_SYMPTOM_ONSET_REPORT_DAYS", "MAX_KEYS_ON_PUBLISH"}) {
    for (const char* value : {"0", "-1", ""}) {
      sources_.environment = {{variable, value}};
      EXPECT_THAT(Fault(), HasSubstr(variable)) << value;
    }
    sources_.environment = {{variable, "1"}};
    EXPECT_EQ(Fault(), "<loaded>") << variable;
  }
}

TEST_F(SettingsLoadTest, ALineBreakInAValueIsWrittenSoThatItIsReadAgain) {
  const std::string text = "[server]\ndatabase = \"\"\"a \" b\nthreads = \\u0001\\u007f\"\"\"\n";
  Settings settings;
  ASSERT_TRUE(ApplySettingsText(text, "enks.toml", settings).ok());
  ASSERT_EQ(settings.database, "a \" b\nthreads = \x01\x7f");
  Settings again;
  EXPECT_TRUE(ApplySettingsText(SettingsFileText(settings), "enks.toml", again).ok());
  EXPECT_EQ(again.database, settings.database);
}

TEST_F(SettingsLoadTest, DatabaseVariablesBecomeAQuotedConnection) {
  sources_.environment = {{"DB_NAME", "main"}, {"DB_USER", "u"}, {"DB_PASSWORD", "it's \\ here"}};
  EXPECT_EQ(Load()->settings.database,
            "postgres:dbname='main' user='u' password='it\\'s \\\\ here' host='localhost' "
            "sslmode='require'");
}

TEST_F(SettingsLoadTest, ContradictionsStopTheStartWithAWayOut) {
  WriteFile("[export]\nfile_ttl = \"239h\"\n");
  EXPECT_THAT(Fault(), AllOf(HasSubstr("export.file_ttl"), HasSubstr("240h")));
  WriteFile("[export]\nfile_ttl = \"239h\"\n[retention]\nallow_short_ttl = true\n");
  EXPECT_EQ(Fault(), "<loaded>");
  WriteFile("[export]\nfile_ttl = \"240h\"\n");
  EXPECT_EQ(Fault(), "<loaded>");
  WriteFile("[server]\nlisten_internal = \"127.0.0.1:8080\"\n");
  EXPECT_THAT(Fault(), HasSubstr("same address"));
  WriteFile("[server]\nlisten_public = \"0.0.0.0:8081\"\n");
  EXPECT_THAT(Fault(), AllOf(HasSubstr("same address"), HasSubstr("0.0.0.0:8081"),
                             HasSubstr("127.0.0.1:8081")));
  WriteFile("[server]\nlisten_public = \"0.0.0.0:8081\"\nroles = [\"export\"]\n");
  EXPECT_EQ(Fault(), "<loaded>") << "the public address is not opened";
  WriteFile("[export]\nfile_min_records = 11\nfile_max_records = 10\n");
  EXPECT_THAT(Fault(), HasSubstr("export.file_min_records"));
  WriteFile("[server]\ndatabase = \"mysql:x\"\n");
  EXPECT_THAT(Fault(), HasSubstr("server.database"));
  WriteFile("[publish]\ndefault_region = \" \"\n");
  EXPECT_THAT(Fault(), HasSubstr("publish.default_region"));
  WriteFile("[publish]\ndefault_region = \"" + std::string(65, 'a') + "\"\n");
  EXPECT_THAT(Fault(), HasSubstr("publish.default_region"));
  WriteFile("[publish]\ndefault_region = \"" + std::string(64, 'a') + "\"\n");
  EXPECT_EQ(Fault(), "<loaded>");
}

TEST_F(SettingsLoadTest, RelativePathsStartFromTheDataFolder) {
  const Settings settings = Load()->settings;
  EXPECT_EQ(settings.Resolve("keys"), "/data/keys");
  EXPECT_EQ(settings.Resolve("/keys"), "/keys");
  EXPECT_EQ(settings.Location()->target, "/data/enks.db");
}

}  // namespace
}  // namespace enks::server
