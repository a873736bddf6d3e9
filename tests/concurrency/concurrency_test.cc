// Many clients that upload, repeat and revise the same keys at once: whatever order the server
// found, one after another must have been able to end there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

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
        "http://127.0.0.1:" + std::to_string(server_->public_port()) + "/v1/publish";
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
      const auto history = server_->store().Explain(key);
      ASSERT_TRUE(history.ok()) << history.status();
      std::set<ReportType> possible = {history->report_type};
      if (history->revision) possible.insert(history->revision->report_type);
      EXPECT_EQ(told.accepted, possible);
      EXPECT_NE(history->report_type, ReportType::kNegative);
      if (history->revision) {
        EXPECT_EQ(history->report_type, ReportType::kLikely);
      }
    }
    EXPECT_EQ(*server_->store().CountKeys(), all_.inserted);
    EXPECT_EQ(static_cast<std::int64_t>(all_.told.size()), all_.inserted);
  }

  Everybody all_;
};

TEST_F(ConcurrencyTest, SixteenClientsOnSqlite) {
  Start();
  RunClients();
  ExpectNoFaultOfOurs();
  ExpectAStateThatOneAfterAnotherCanReach();
}

TEST_F(ConcurrencyTest, SixteenClientsOnPostgres) {
  PostgresServer& postgres = PostgresServer::OfThisProgram();
  Start("postgres:" + postgres.Target(postgres.CreateDatabase(Schema::kNone)));
  RunClients();
  ExpectNoFaultOfOurs();
  ExpectAStateThatOneAfterAnotherCanReach();
}

}  // namespace
}  // namespace enks::tests
