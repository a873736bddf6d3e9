// A country whose phones have to prove what they are: who is warned stays the same, who cannot
// prove it gets nothing in, and nothing of any proof is left behind.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/log.h"
#include "base/time_text.h"
#include "crypto/certificate.h"
#include "http/client.h"
#include "scenario/attested_app.h"
#include "scenario/installation.h"
#include "scenario/simulation.h"
#include "store/testing/postgres_server.h"
#include "store/testing/temporary_folder.h"
#include "traces.h"

namespace enks::scenario {
namespace {

using attestation::Evidence;
using attestation::Scheme;
using store::testing::PostgresServer;
using store::testing::Schema;
using store::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint64_t kSeed = 20261122;

// Few days with many diagnoses, so that statistics have something to tell.
SimulationOptions SixHundredPhones() {
  SimulationOptions options;
  options.world.plan.phones = 600;
  options.world.plan.days = 6;
  options.world.plan.diagnosed_permille = 200;
  options.world.plan.contacts_per_day = 2;
  options.world.plan.sharing_percent = 70;
  options.world.plan.seed = kSeed;
  options.world.plan.start = *base::ParseTime("2026-01-05");
  return options;
}

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// One story, and all that can be seen of the server afterwards.
class Story {
 public:
  void Tell(const std::string& database, DeviceAttestation attestation) {
    SimulationOptions options = SixHundredPhones();
    options.folder = folder_.path();
    options.database = database;
    options.attestation = attestation;
    auto simulation = Simulation::Begin(options, files_, random_, log_);
    ASSERT_TRUE(simulation.ok()) << simulation.status();
    simulation_ = *std::move(simulation);
    if (auto* vendors = simulation_->vendors()) {
      vendors->SetWitness([this](const Evidence& evidence) { made_.push_back(evidence); });
    }
    auto report = simulation_->Run([](base::UnixTime, const phone::Report&) {});
    ASSERT_TRUE(report.ok()) << report.status();
    report_ = *std::move(report);
    EXPECT_TRUE(report_.Passed()) << phone::FormatReport(report_) << log_.Text();
  }

  std::string Get(std::uint16_t port, const std::string& path) {
    return Ask("GET", port, path, {}, "");
  }
  std::string Statistics() {
    const std::string token =
        simulation_->authority().StatisticsToken("keyserver", simulation_->clock().Now());
    return Ask("POST", simulation_->servers().publishing().public_port(), "/v1/stats",
               {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}}, "{}");
  }
  std::string Metrics() {
    return Get(simulation_->servers().publishing().internal_port(), "/metrics");
  }

  // The attestations that a counter tells of.
  double Counted(Scheme scheme, std::string_view outcome) {
    const std::string metrics = Metrics();
    const std::string name = fmt::format("enks_attestations_total{{outcome=\"{}\",scheme=\"{}\"}} ",
                                         outcome, SchemeId(scheme));
    const std::size_t at = metrics.find(name);
    return at == std::string::npos ? 0 : std::stod(metrics.substr(at + name.size()));
  }

  void ExpectEverySchemeWasTakenAndRefused() {
    EXPECT_GT(report_.attested, 60);
    EXPECT_GT(report_.pretences_refused, 60);
    for (int i = 0; i < attestation::kSchemeCount; ++i) {
      const auto scheme = static_cast<Scheme>(i);
      EXPECT_GT(Counted(scheme, ReasonName(attestation::Reason::kNone)), 5) << SchemeId(scheme);
      const std::string_view stolen =
          scheme == Scheme::kDeviceCheck ? "replayed" : "binding_mismatch";
      EXPECT_GT(Counted(scheme, stolen), 0) << SchemeId(scheme) << "\n" << Metrics();
    }
    EXPECT_GT(Counted(Scheme::kSafetyNet, "chain_invalid"), 0);
    EXPECT_GT(Counted(Scheme::kPlayIntegrity, "upstream_rejected"), 0);
    EXPECT_GT(Counted(Scheme::kDeviceCheck, "upstream_rejected"), 0);
    EXPECT_GT(Counted(Scheme::kAppAttest, "chain_invalid"), 0);
    EXPECT_GT(Counted(Scheme::kAndroidKeyAttestation, "chain_invalid"), 0);
    EXPECT_THAT(Metrics(), HasSubstr("enks_attestations_total{outcome=\"missing\""));
    EXPECT_THAT(Metrics(), Not(HasSubstr("outcome=\"unavailable\",scheme")));
  }

  // All that is secret of all attestations that were made.
  tests::Traces SecretsOfTheStory() const {
    tests::Traces traces;
    for (const Evidence& evidence : made_) AddSecrets(evidence, traces);
    const std::filesystem::path policy = folder_.path() / kPolicyFile;
    // What the operator wrote, and what the server logs of it at its start.
    traces.Forgive(ReadAll(policy));
    // Keys on one curve begin alike, those of health authorities, too.
    traces.Forgive(simulation_->authority().PublicKeyPem());
    for (const auto& anchor :
         std::filesystem::directory_iterator(policy.parent_path() / "anchors")) {
      const auto roots = crypto::Certificate::ManyFromPem(ReadAll(anchor.path()));
      for (const crypto::Certificate& root : *roots) traces.Forgive(root.Subject());
    }
    return traces;
  }

  std::vector<std::string> ExportFiles() const {
    std::vector<std::string> contents;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder_.path() / "files")) {
      if (entry.is_regular_file()) contents.push_back(ReadAll(entry.path()));
    }
    return contents;
  }

  void ExpectNoTraceOutsideTheDatabase(const tests::Traces& traces) {
    EXPECT_GT(traces.size(), 10'000U);
    EXPECT_THAT(traces.FindIn(log_.Text()), IsEmpty());
    EXPECT_THAT(traces.FindIn(Metrics()), IsEmpty());
    const std::string statistics = Statistics();
    EXPECT_THAT(statistics, HasSubstr("\"days\":[{"));
    EXPECT_THAT(traces.FindIn(statistics), IsEmpty());
    const std::vector<std::string> exported = ExportFiles();
    EXPECT_GT(exported.size(), 5U);
    for (const std::string& content : exported) EXPECT_THAT(traces.FindIn(content), IsEmpty());
  }

  const phone::Report& report() const { return report_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  std::string Ask(std::string_view method, std::uint16_t port, const std::string& path,
                  const http::Headers& headers, std::string_view body) {
    const auto client = http::Client::Create({});
    const auto answer =
        client->Send(method, fmt::format("http://127.0.0.1:{}{}", port, path), headers, body);
    EXPECT_TRUE(answer.ok() && answer->status == 200) << path;
    return answer.ok() ? answer->body : "";
  }

  static void AddCertificate(base::ByteView der, tests::Traces& traces) {
    const auto certificate = crypto::Certificate::FromDer(der);
    ASSERT_TRUE(certificate.ok());
    traces.Add(der);
    traces.Add(certificate->Spki());
    if (const auto key = certificate->Key(); key.ok()) traces.Add(key->Point());
    const std::string serial = certificate->SerialHex();
    if (serial.size() > 8) traces.Add(*base::FromHex(serial.size() % 2 ? "0" + serial : serial));
  }

  static void AddSecrets(const Evidence& evidence, tests::Traces& traces) {
    traces.AddText(evidence.token);
    for (const std::string* text : {&evidence.token, &evidence.key_id, &evidence.signature}) {
      if (const auto bytes = base::FromAnyBase64(*text)) traces.Add(*bytes);
    }
    for (const std::string& text : evidence.chain) {
      traces.AddText(text);
      AddCertificate(*base::FromAnyBase64(text), traces);
    }
    AddParts(evidence.token, traces);
  }

  // JOSE: the parts between the dots, decoded.
  static void AddParts(std::string_view token, tests::Traces& traces) {
    while (token.find('.') != std::string_view::npos) {
      const std::size_t dot = token.find('.');
      if (const auto bytes = base::FromBase64UrlUnpadded(token.substr(0, dot))) traces.Add(*bytes);
      token.remove_prefix(dot + 1);
    }
  }

  const TemporaryFolder folder_;
  base::SystemFiles files_;
  base::SystemRandom random_;
  base::MemoryLog log_;
  std::unique_ptr<Simulation> simulation_;
  std::vector<Evidence> made_;
  phone::Report report_;
};

// Everything in a PostgreSQL database, as text; columns of bytes in hexadecimal.
std::string Dump(const std::string& target) {
  std::string dump;
  const std::string command = "pg_dump '" + target + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::array<char, 65536> buffer{};
  for (std::size_t size = 0;
       (size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
    dump.append(buffer.data(), size);
  }
  return dump;
}

// What must not depend on whether devices are attested.
void ExpectTheSameWarnings(const phone::Report& a, const phone::Report& b) {
  EXPECT_EQ(a.encounters, b.encounters);
  EXPECT_EQ(a.uploads, b.uploads);
  EXPECT_EQ(a.revisions, b.revisions);
  EXPECT_EQ(a.forged_refused, b.forged_refused);
  EXPECT_EQ(a.keys_shared, b.keys_shared);
  EXPECT_EQ(a.files.size(), b.files.size());
  EXPECT_EQ(a.expected, b.expected);
  EXPECT_EQ(a.undecided, b.undecided);
  EXPECT_EQ(a.notified, b.notified);
}

TEST(Attestation, OnSqliteWarnsTheSamePhonesRefusesImpostorsAndLeavesNoTraceOfAnyDevice) {
  Story attested;
  attested.Tell("sqlite:enks.db", DeviceAttestation::kEnforced);
  attested.ExpectEverySchemeWasTakenAndRefused();
  const tests::Traces traces = attested.SecretsOfTheStory();
  attested.ExpectNoTraceOutsideTheDatabase(traces);
  // While the server runs, so that what only the write-ahead log holds is seen, too.
  std::size_t searched = 0;
  for (const char* name : {"enks.db", "enks.db-wal"}) {
    const std::string content = ReadAll(attested.folder() / name);
    searched += content.size();
    EXPECT_THAT(traces.FindIn(content), IsEmpty()) << name;
  }
  EXPECT_GT(searched, 100'000U);

  Story plain;
  plain.Tell("sqlite:enks.db", DeviceAttestation::kOff);
  EXPECT_EQ(plain.report().attested, 0);
  ExpectTheSameWarnings(attested.report(), plain.report());
}

TEST(Attestation, OnPostgresRefusesImpostorsAndLeavesNoTraceOfAnyDevice) {
  PostgresServer& server = PostgresServer::OfThisProgram();
  const std::string target = server.Target(server.CreateDatabase(Schema::kNone));
  Story attested;
  attested.Tell("postgres:" + target, DeviceAttestation::kEnforced);
  attested.ExpectEverySchemeWasTakenAndRefused();
  const tests::Traces traces = attested.SecretsOfTheStory();
  attested.ExpectNoTraceOutsideTheDatabase(traces);
  const std::string dump = Dump(target);
  EXPECT_GT(dump.size(), 100'000U);
  EXPECT_THAT(traces.FindIn(dump), IsEmpty());
}

// Otherwise the tests above would prove nothing.
TEST(Traces, FindAnyPieceOfThirtyOneBytesInEveryForm) {
  base::SeededRandom random(kSeed);
  base::Bytes secret(300);
  random.Fill(secret);
  tests::Traces traces;
  traces.Add(secret);
  for (const std::string& form : {std::string(base::AsText(secret)), base::ToBase64(secret),
                                  base::ToBase64Url(secret), base::ToHex(secret)}) {
    for (std::size_t at = 0; at + 31 <= form.size(); ++at) {
      EXPECT_THAT(traces.FindIn("before " + form.substr(at, 31) + " behind"), Not(IsEmpty()));
    }
  }
  EXPECT_THAT(traces.FindIn(std::string(4096, 'a')), IsEmpty());
}

}  // namespace
}  // namespace enks::scenario
