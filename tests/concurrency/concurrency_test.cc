// Many clients that upload, repeat and revise the same keys at once: whatever order the server
// found, one after another must have been able to end there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "exportfile/reader.h"
#include "http/client.h"
#include "phone/upload.h"
#include "real_server.h"
#include "store/testing/postgres_server.h"

namespace enks::tests {
namespace {

using exposure::ReportType;
using std::chrono::seconds;
using store::testing::PostgresServer;
using store::testing::Schema;

constexpr int kClients = 16;
constexpr int kPeople = 60;
constexpr int kKeysOfEach = 6;
constexpr seconds kDurationUsual{10};
constexpr seconds kExportsMax{60};
constexpr std::uint64_t kZipBytesMax = 16u << 20;

// Longer where the environment says so: ENKS_TEST_SECONDS=180 is the long run.
seconds Duration() {
  const char* text = std::getenv("ENKS_TEST_SECONDS");
  return text == nullptr ? kDurationUsual : seconds(std::atoi(text));
}

// One phone that several clients pretend to be: its keys, and the newest token that any was given.
struct Person {
  std::vector<phone::Tek> keys;
  std::string token;                  // guarded by Everybody::mutex
  std::set<exposure::KeyData> known;  // to the server, as far as it said; guarded likewise
};

// What the clients were told, key by key.
struct Told {
  std::set<ReportType> accepted;  // types of uploads with this key that ended with 200
};

struct Everybody {
  std::mutex mutex;
  std::vector<Person> people;                 // the keys never change
  std::map<exposure::KeyData, Told> told;     // guarded by mutex
  std::map<std::string, std::int64_t> codes;  // guarded by mutex; how uploads ended
  std::int64_t inserted = 0;                  // guarded by mutex
};

// The text or number of a member of a flat JSON object, as text; empty if it is not there.
std::string MemberOf(const std::string& body, std::string_view name) {
  const std::string before = "\"" + std::string(name) + "\":";
  std::size_t begin = body.find(before);
  if (begin == std::string::npos) return {};
  begin += before.size();
  if (body[begin] != '"') return body.substr(begin, body.find_first_of(",}", begin) - begin);
  return body.substr(begin + 1, body.find('"', begin + 1) - begin - 1);
}

class Client {
 public:
  Client(std::string url, const phone::HealthAuthority& authority, Everybody& all)
      : url_(std::move(url)), authority_(authority), all_(all) {}

  void RunFor(seconds duration) {
    const base::SystemClock clock;
    const auto end = clock.Monotonic() + duration;
    while (clock.Monotonic() < end) UploadOnce(clock.Now());
  }

 private:
  void UploadOnce(base::UnixTime now) {
    Person& person = all_.people[static_cast<std::size_t>(random_.Below(kPeople))];
    const ReportType types[] = {ReportType::kLikely, ReportType::kConfirmed, ReportType::kNegative};
    phone::Disclosure disclosure;
    disclosure.report_type = types[random_.Below(3)];
    std::string token;
    const std::vector<phone::Tek> keys = Choose(person, disclosure.report_type, token);
    if (keys.empty()) return;
    Note(person, keys, disclosure.report_type, Send(keys, disclosure, token, now));
  }

  // Some keys of a person, and the token unless the phone has lost it. A negative result of unknown
  // keys would store nothing and be answered 200, so only known keys are sent with one.
  std::vector<phone::Tek> Choose(const Person& person, ReportType type, std::string& token) {
    const std::lock_guard lock(all_.mutex);
    if (random_.Below(4) != 0) token = person.token;
    std::vector<phone::Tek> keys;
    for (const phone::Tek& key : person.keys) {
      if (type == ReportType::kNegative && !person.known.contains(key.key)) continue;
      if (random_.Below(2) == 0) keys.push_back(key);
    }
    return keys;
  }

  http::Response Send(const std::vector<phone::Tek>& keys, const phone::Disclosure& disclosure,
                      const std::string& token, base::UnixTime now) {
    const phone::UploadContent content =
        phone::PrepareUpload(scenario::kApp, keys, disclosure, token, authority_, now, random_);
    auto response = client_->Send("POST", url_, {{"Content-Type", "application/json"}},
                                  phone::UploadBody(content, random_));
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : http::Response{};
  }

  void Note(Person& person, const std::vector<phone::Tek>& keys, ReportType type,
            const http::Response& response) {
    const std::string code = MemberOf(response.body, "code");
    const std::string token = MemberOf(response.body, "revisionToken");
    const std::string inserted = MemberOf(response.body, "insertedExposures");
    const std::lock_guard lock(all_.mutex);
    ++all_.codes[std::to_string(response.status) + " " + code];
    if (response.status != 200) return;
    if (!token.empty()) person.token = token;
    if (!inserted.empty()) all_.inserted += std::stoll(inserted);
    for (const phone::Tek& key : keys) {
      all_.told[key.key].accepted.insert(type);
      person.known.insert(key.key);
    }
  }

  const std::string url_;
  const phone::HealthAuthority& authority_;
  Everybody& all_;
  base::SystemRandom random_;
  const std::unique_ptr<http::Client> client_ = http::Client::Create({});
};

class ConcurrencyTest : public RealServerTest {
 protected:
  void SetUp() override {
    all_.people.resize(kPeople);
    for (Person& person : all_.people) person.keys = MakeKeys(kKeysOfEach);
  }

  void RunClients() {
    const std::string url =
        "http://127.0.0.1:" + std::to_string(publishing().public_port()) + "/v1/publish";
    std::vector<std::thread> threads;
    for (int i = 0; i < kClients; ++i) {
      threads.emplace_back([&] { Client(url, authority_, all_).RunFor(Duration()); });
    }
    for (std::thread& thread : threads) thread.join();
  }

  // Every ending is one that a client can be at fault for.
  void ExpectNoFaultOfOurs() {
    const std::set<std::string> expected = {"200 ", "400 missing_revision_token",
                                            "400 invalid_revision_token", "400 key_already_revised",
                                            "400 invalid_report_type_transition"};
    for (const auto& [code, count] : all_.codes) {
      EXPECT_TRUE(expected.contains(code)) << count << " times " << code;
    }
    // A story in which something did not happen would prove nothing of it.
    for (const std::string& code : expected) EXPECT_GT(all_.codes[code], 0) << code;
  }

  // Each key is in a state to which the accepted uploads lead in some order: the first one stored
  // it, at most one other changed it, and every other one only said what was known.
  void ExpectAStateThatOneAfterAnotherCanReach() {
    for (const auto& [key, told] : all_.told) {
      const auto history = publishing().store().Explain(key);
      ASSERT_TRUE(history.ok()) << history.status();
      std::set<ReportType> possible = {history->report_type};
      if (history->revision) possible.insert(history->revision->report_type);
      EXPECT_EQ(told.accepted, possible);
      EXPECT_NE(history->report_type, ReportType::kNegative);
      if (history->revision) {
        EXPECT_EQ(history->report_type, ReportType::kLikely);
      }
    }
    EXPECT_EQ(*publishing().store().CountKeys(), all_.inserted);
    EXPECT_EQ(static_cast<std::int64_t>(all_.told.size()), all_.inserted);
  }

  // How often keys and revisions are in export files.
  struct Published {
    std::map<exposure::KeyData, int> keys;
    std::map<exposure::KeyData, int> revisions;
  };
  Published ReadFiles() {
    Published published;
    const auto folder = folder_.path() / "files" / scenario::kBucket / scenario::kFilenameRoot;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".zip") continue;
      const auto zip = files_.Read(entry.path(), kZipBytesMax);
      EXPECT_TRUE(zip.ok()) << zip.status();
      const auto content = exportfile::ReadExportFile(*zip, {});
      EXPECT_TRUE(content.ok()) << content.status();
      for (const auto& key : content->keys) ++published.keys[key.key];
      for (const auto& key : content->revised_keys) ++published.revisions[key.key];
    }
    return published;
  }

  // Exports until the windows of now are over and done.
  Published ExportTheRest() {
    const base::UnixTime last = clock_.Now();
    const std::int64_t config = publishing().store().ExportConfigs()->at(0).id;
    const auto is_done = [&] {
      const auto batches = publishing().store().Batches(config, last - std::chrono::hours(1));
      EXPECT_TRUE(batches.ok()) << batches.status();
      const auto is_done_or_later = [last](const store::ExportBatch& batch) {
        return batch.status == store::BatchStatus::kComplete || batch.window.start > last;
      };
      return !batches->empty() && batches->back().window.end > last &&
             std::ranges::all_of(*batches, is_done_or_later);
    };
    const auto deadline = clock_.Monotonic() + kExportsMax;
    while (!is_done() && clock_.Monotonic() < deadline) {
      EXPECT_TRUE(exporting().RunExports().ok());
    }
    EXPECT_TRUE(is_done()) << log_.Text();
    return ReadFiles();
  }

  void ExpectEachKeyAndEachRevisionInOneFile() {
    const Published published = ExportTheRest();
    std::size_t revised = 0;
    for (const auto& [key, told] : all_.told) {
      const auto found = published.keys.find(key);
      EXPECT_EQ(found == published.keys.end() ? 0 : found->second, 1);
      const auto history = publishing().store().Explain(key);
      ASSERT_TRUE(history.ok()) << history.status();
      if (!history->revision) continue;
      ++revised;
      const auto again = published.revisions.find(key);
      EXPECT_EQ(again == published.revisions.end() ? 0 : again->second, 1);
    }
    EXPECT_EQ(published.revisions.size(), revised);
    EXPECT_GT(revised, 0u);
  }

  Everybody all_;
};

scenario::InstallationPlan OnPostgres(scenario::InstallationPlan plan) {
  PostgresServer& postgres = PostgresServer::OfThisProgram();
  plan.settings.database = "postgres:" + postgres.Target(postgres.CreateDatabase(Schema::kNone));
  return plan;
}

TEST_F(ConcurrencyTest, SixteenClientsOnSqlite) {
  Start();
  RunClients();
  ExpectNoFaultOfOurs();
  ExpectAStateThatOneAfterAnotherCanReach();
}

TEST_F(ConcurrencyTest, SixteenClientsOnPostgres) {
  Start(OnPostgres(QuietPlan()));
  RunClients();
  ExpectNoFaultOfOurs();
  ExpectAStateThatOneAfterAnotherCanReach();
}

// Windows of a second are closed under the feet of uploads and revisions that belong into them.
TEST_F(ConcurrencyTest, SixteenClientsWhileAnotherServerExportsOnPostgres) {
  scenario::InstallationPlan plan = OnPostgres(QuietPlan());
  plan.export_from = clock_.Now();  // a day of such windows would be many
  plan.export_period = seconds(1);
  plan.settings.publish.rules.truncate_window = seconds(1);
  plan.settings.exports.truncate_window = seconds(1);
  plan.settings.exports.min_window_age = seconds(0);
  plan.settings.exports.file_min_records = 0;  // no padding: the keys are counted
  plan.settings.exports.file_padding_range = 0;
  plan.settings.jobs.create_batches = seconds(1);
  plan.settings.jobs.do_work = seconds(1);
  Start(plan, scenario::Division::kPublishAndExport);
  RunClients();
  ExpectNoFaultOfOurs();
  ExpectAStateThatOneAfterAnotherCanReach();
  ExpectEachKeyAndEachRevisionInOneFile();
}

}  // namespace
}  // namespace enks::tests
