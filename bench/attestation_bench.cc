// What verifying an attestation costs, by scheme, in ES256 verifications of the same round: what an
// upload costs more where devices are attested.
//
//   enks_attestation_bench ROUNDS VERIFICATIONS
//
// VERIFICATIONS of each kind make a round. Processor time of this thread is measured, since other
// programs want the cores.

#include <fmt/core.h>
#include <sys/resource.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "attestation/device_check.h"
#include "attestation/issuing/operator_files.h"
#include "attestation/issuing/vendors.h"
#include "attestation/policy.h"
#include "attestation/trust.h"
#include "attestation/verification.h"
#include "base/base64.h"
#include "base/check.h"
#include "base/files.h"
#include "base/log.h"
#include "crypto/ecdsa.h"
#include "figure.h"
#include "metrics/metrics.h"
#include "store/testing/temporary_folder.h"

namespace enks::bench {
namespace {

using attestation::Checks;
using attestation::Evidence;
using attestation::Reason;
using attestation::Scheme;
namespace issuing = attestation::issuing;

constexpr const char* kApp = "org.example.bench";
constexpr int kKeysOfUpload = 14;

double CpuMicroseconds() {
  rusage usage{};
  ENKS_CHECK(::getrusage(RUSAGE_THREAD, &usage) == 0);
  const auto in_microseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return in_microseconds(usage.ru_utime) + in_microseconds(usage.ru_stime);
}

// An Apple that says yes before it is asked: what is left is our own work.
class InstantApple final : public attestation::Upstream {
 public:
  void Post(attestation::UpstreamCall call, Done done) override {
    ENKS_CHECK(!call.make_body().empty());
    http::CallResult result;
    result.outcome = http::CallOutcome::kAnswered;
    result.response.status = 200;
    done(std::move(result));
  }
  void Stop() override {}
  const std::string& name() const override { return name_; }

 private:
  const std::string name_ = "instant";
};

class KeySigner final : public secrets::Signer {
 public:
  explicit KeySigner(crypto::EcdsaPrivateKey key) : key_(std::move(key)) {}
  Result<base::Bytes> SignDigest(const crypto::Sha256Digest& digest) override {
    return key_.SignDer(digest);
  }
  std::string PublicKeyPem() const override { return key_.PublicKey().ToPem(); }

 private:
  const crypto::EcdsaPrivateKey key_;
};

// A policy for all schemes, as a server reads it, and an attestation of each for one upload.
class Bench {
 public:
  Bench()
      : now_(clock_.Now()),
        vendors_(issuing::Vendors::Create({}, now_ - std::chrono::hours(24), clock_, random_)),
        apple_key_({.team_id = vendors_->app().team_id,
                    .key_id = vendors_->app().device_check_key_id,
                    .signer = std::make_shared<KeySigner>(crypto::EcdsaPrivateKey::Generate())}) {
    ReadPolicy();
    MakeUpload();
    auto check =
        attestation::DeviceCheck::Create({kApp, apple_key_}, apple_, alarms_, clock_, random_);
    ENKS_CHECK(check.ok());
    device_check_ = *std::move(check);
    for (int i = 0; i < attestation::kSchemeCount; ++i) {
      evidence_.push_back(vendors_->Attest(static_cast<Scheme>(i), upload_, now_));
    }
  }

  void Es256() const { ENKS_CHECK(public_key_.VerifyRaw(digest_, signature_)); }

  void Verify(Scheme scheme) {
    const Evidence& evidence = evidence_[static_cast<std::size_t>(scheme)];
    Checks checks(Checks::Detail::kFirstFailure);
    attestation::VerifyOffline(evidence, upload_, *policy_, *trust_, now_, checks);
    ENKS_CHECK(checks.reason() == Reason::kNone);
    if (scheme != Scheme::kDeviceCheck) return;
    device_check_->Validate(*attestation::ReadDeviceToken(evidence.token),
                            [](Reason reason) { ENKS_CHECK(reason == Reason::kNone); });
  }

 private:
  void ReadPolicy() {
    const std::filesystem::path& folder = folder_.path();
    ENKS_CHECK(issuing::WriteVendorFiles(vendors_->HandOut(), folder, files_).ok());
    ENKS_CHECK(issuing::WriteRevocations(folder, now_, files_).ok());
    const std::string text =
        issuing::AnchorsText() +
        issuing::PolicyText(kApp, *vendors_,
                            {Scheme::kSafetyNet, Scheme::kPlayIntegrity, Scheme::kDeviceCheck,
                             Scheme::kAppAttest, Scheme::kAndroidKeyAttestation});
    const auto book = attestation::ReadPolicyBook(text, folder);
    ENKS_CHECK(book.ok());
    auto trust = attestation::ReadTrust(*book, now_, files_);
    ENKS_CHECK(trust.ok());
    trust_ = *std::move(trust);
    std::vector<std::string> warnings;
    auto policy = attestation::LoadPolicy(kApp, book->policies.at(kApp), files_, warnings);
    ENKS_CHECK(policy.ok());
    policy_ = *std::move(policy);
  }

  void MakeUpload() {
    upload_.health_authority_id = kApp;
    for (int i = 0; i < kKeysOfUpload; ++i) {
      std::array<std::uint8_t, 16> key{};
      random_.Fill(key);
      upload_.keys.push_back({base::ToBase64(key), 2'600'000 + 144 * i, 144, 0});
    }
    upload_.verification_payload = std::string(420, 'x');
    upload_.hmac_key = base::ToBase64(base::Bytes(32, 7));
  }

  const store::testing::TemporaryFolder folder_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  base::SystemFiles files_;
  base::MemoryLog log_;
  metrics::Metrics metrics_;
  attestation::Alarms alarms_{log_, metrics_, clock_};
  const base::UnixTime now_;
  const std::unique_ptr<issuing::Vendors> vendors_;
  const attestation::AppleKey apple_key_;
  InstantApple apple_;
  std::unique_ptr<attestation::DeviceCheck> device_check_;
  std::optional<attestation::Trust> trust_;
  std::optional<attestation::LoadedPolicy> policy_;
  attestation::BoundUpload upload_;
  std::vector<Evidence> evidence_;
  const crypto::EcdsaPrivateKey key_ = crypto::EcdsaPrivateKey::Generate();
  const crypto::EcdsaPublicKey public_key_ = key_.PublicKey();
  const crypto::Sha256Digest digest_ = crypto::Sha256(base::AsBytes("signed"));
  const base::Bytes signature_ = key_.SignRaw(digest_);
};

// Microseconds that one `work` takes.
double CostOf(int times, const std::function<void()>& work) {
  const double start = CpuMicroseconds();
  for (int i = 0; i < times; ++i) work();
  return (CpuMicroseconds() - start) / times;
}

void Run(int rounds, int times) {
  Bench bench;
  std::vector<double> es256;
  std::array<std::vector<double>, attestation::kSchemeCount> costs, shares;
  for (int round = 0; round < rounds; ++round) {
    es256.push_back(CostOf(times, [&] { bench.Es256(); }));
    for (int i = 0; i < attestation::kSchemeCount; ++i) {
      const auto at = static_cast<std::size_t>(i);
      costs[at].push_back(CostOf(times, [&] { bench.Verify(static_cast<Scheme>(i)); }));
      shares[at].push_back(costs[at].back() / es256.back());
    }
  }
  Report("es256", "us", es256);
  for (int i = 0; i < attestation::kSchemeCount; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::string name(SchemeId(static_cast<Scheme>(i)));
    Report(name, "us", costs[at]);
    Report(name + ".of_es256", "ratio", shares[at]);
    fmt::print(stderr, "{:26} {:8.1f} us {:6.2f} v\n", name, Quantile(costs[at], 0.5),
               Quantile(shares[at], 0.5));
  }
}

}  // namespace
}  // namespace enks::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: enks_attestation_bench ROUNDS VERIFICATIONS\n");
    return 2;
  }
  enks::bench::Run(std::atoi(argv[1]), std::atoi(argv[2]));
  return 0;
}
