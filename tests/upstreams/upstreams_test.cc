// Three apps on one server: one whose devices Apple vouches for, one whose devices prove themselves
// offline, one without attestation. Apple hangs.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "attestation/issuing/operator_files.h"
#include "attestation/issuing/vendors.h"
#include "base/base64.h"
#include "http/client.h"
#include "phone/upload.h"
#include "real_server.h"

namespace enks::tests {
namespace {

using attestation::Evidence;
using attestation::Scheme;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
namespace issuing = attestation::issuing;

constexpr const char* kHanging = "org.example.hanging";
constexpr const char* kAttested = "org.example.attested";
constexpr const char* kPolicy = "attestation/policy.toml";

// More at once than may wait for Apple.
constexpr int kWaiting = 100;
constexpr int kCallsMax = 64;
constexpr seconds kTimeout{4};
// What a busy machine may add to the time-out.
constexpr seconds kMargin{6};
// An upload is 64,000 bytes at most, and is held once as text and once as values.
constexpr long kMemoryOfWaitingMaxKb = kWaiting * 2 * 64;
// What a hundred client threads, their connections and allocators need in this process.
constexpr long kMemoryOfClientsKb = 48 * 1024;

struct Timed {
  phone::UploadReceipt receipt;
  nanoseconds took{0};
};

long ResidentKb() {
  std::ifstream in("/proc/self/status");
  for (std::string word; in >> word;) {
    if (word == "VmRSS:") {
      long kb = 0;
      in >> kb;
      return kb;
    }
  }
  return 0;
}

nanoseconds Median(std::vector<nanoseconds> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

class UpstreamsTest : public RealServerTest {
 protected:
  void SetUp() override {
    const base::UnixTime now = clock_.Now();
    vendors_ = issuing::Vendors::Create({}, now - std::chrono::hours(24), clock_, random_);
    const auto folder = (folder_.path() / kPolicy).parent_path();
    ASSERT_TRUE(issuing::WriteVendorFiles(vendors_->HandOut(), folder, files_).ok());
    const std::string text = issuing::AnchorsText() +
                             issuing::PolicyText(kAttested, *vendors_, {Scheme::kAppAttest}) +
                             issuing::PolicyText(kHanging, *vendors_, {Scheme::kDeviceCheck}) +
                             fmt::format("devicecheck.timeout = \"{}s\"\n", kTimeout.count());
    ASSERT_TRUE(
        files_.Write(folder_.path() / kPolicy, base::AsBytes(text), base::FileMode::kPublic).ok());
    scenario::InstallationPlan plan = QuietPlan();
    plan.settings.attestation_policy_file = kPolicy;
    Start(plan);
    AddApps();
  }

  void AddApps() {
    store::AuthorizedApp app = publishing().store().AuthorizedApps()->front();
    for (const char* name : {kHanging, kAttested}) {
      app.name = name;
      ASSERT_TRUE(publishing().store().AddAuthorizedApp(app).ok());
    }
    ASSERT_TRUE(publishing().Refresh().ok());
  }

  // A device token at which the simulated Apple never answers.
  Evidence TokenOfAHangingApple() {
    base::Bytes token(100);
    random_.Fill(token);
    constexpr std::string_view kStall = "STALL";
    std::copy(kStall.begin(), kStall.end(), token.begin());
    Evidence evidence;
    evidence.scheme = Scheme::kDeviceCheck;
    evidence.token = base::ToBase64(token);
    return evidence;
  }

  phone::UploadContent Prepare(const char* app) {
    phone::UploadContent content =
        phone::PrepareUpload(app, MakeKeys(3), {}, "", authority_, clock_.Now(), random_);
    if (app == kHanging) content.attestation = TokenOfAHangingApple();
    if (app == kAttested) {
      content.attestation =
          vendors_->Attest(Scheme::kAppAttest, BoundUploadOf(content), clock_.Now());
    }
    return content;
  }

  // One attempt, measured from the first byte to the answer.
  Timed Send(const phone::UploadContent& content) {
    const auto client = http::Client::Create({});
    const std::string url =
        fmt::format("http://127.0.0.1:{}/v1/publish", publishing().public_port());
    phone::Uploader uploader(*client, url, {.attempts_max = 1}, random_, [](seconds) {});
    const nanoseconds start = clock_.Monotonic();
    Timed timed{uploader.Upload(content)};
    timed.took = clock_.Monotonic() - start;
    return timed;
  }

  // Uploads of the two other apps by turns until `enough`; each must be taken.
  template <typename Enough>
  std::vector<nanoseconds> UploadAsOthers(Enough enough) {
    std::vector<nanoseconds> times;
    for (int i = 0; !enough(i); ++i) {
      const phone::UploadContent content = Prepare(i % 2 == 0 ? scenario::kApp : kAttested);
      const Timed timed = Send(content);
      EXPECT_EQ(timed.receipt.status, 200) << timed.receipt.code << " " << timed.receipt.error;
      times.push_back(timed.took);
    }
    return times;
  }

  double CallsToApple(std::string_view outcome) {
    const auto client = http::Client::Create({});
    const auto answer = client->Send(
        "GET", fmt::format("http://127.0.0.1:{}/metrics", publishing().internal_port()), {}, "");
    const std::string name = fmt::format(
        "enks_attestation_upstream_calls_total{{outcome=\"{}\",upstream=\"devicecheck/{}\"}} ",
        outcome, kHanging);
    const std::size_t at = answer->body.find(name);
    return at == std::string::npos ? 0 : std::stod(answer->body.substr(at + name.size()));
  }

  std::unique_ptr<issuing::Vendors> vendors_;
};

TEST_F(UpstreamsTest, AHangingAppleHoldsUpNoUploadsButThoseThatNeedIt) {
  const std::vector<nanoseconds> usual = UploadAsOthers([](int i) { return i == 20; });
  std::vector<phone::UploadContent> contents;
  for (int i = 0; i < kWaiting; ++i) contents.push_back(Prepare(kHanging));
  std::vector<Timed> hung(kWaiting);
  std::atomic<int> answered{0};
  const long before_kb = ResidentKb();
  long peak_kb = before_kb;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    threads.emplace_back([&, i] {
      hung[i] = Send(contents[i]);
      ++answered;
    });
  }
  const std::vector<nanoseconds> meanwhile = UploadAsOthers([&](int) {
    peak_kb = std::max(peak_kb, ResidentKb());
    return answered == kWaiting;
  });
  for (std::thread& thread : threads) thread.join();

  for (const Timed& timed : hung) {
    EXPECT_EQ(timed.receipt.status, 503);
    EXPECT_EQ(timed.receipt.code, "device_attestation_unavailable");
    EXPECT_LT(timed.took, kTimeout + kMargin);
  }
  // Some did wait: otherwise nothing hung. And not more than may.
  EXPECT_GT(CallsToApple("timed_out"), 0);
  EXPECT_LE(CallsToApple("timed_out"), kCallsMax);
  EXPECT_GE(CallsToApple("too_many") + CallsToApple("held_back"), kWaiting - kCallsMax);
  EXPECT_LT(peak_kb - before_kb, kMemoryOfWaitingMaxKb + kMemoryOfClientsKb);
  // Whoever had to wait for a hanging upload would have waited for the time-out.
  ASSERT_GT(meanwhile.size(), 4U);
  EXPECT_LT(*std::max_element(meanwhile.begin(), meanwhile.end()), kTimeout);
  EXPECT_LT(Median(meanwhile), 4 * Median(usual) + milliseconds(500));
}

}  // namespace
}  // namespace enks::tests
