#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "attestation/evidence.h"
#include "attestation/issuing/app_attest_maker.h"
#include "attestation/issuing/fake_device_check.h"
#include "attestation/issuing/fake_google.h"
#include "attestation/policy_gate.h"
#include "attestation/testing/awaited.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "metrics/metrics.h"
#include "store/store.h"
#include "store/testing/scratch_database.h"

namespace enks::attestation::testing {

// The app whose uploads are asked about, and what it is called elsewhere.
inline constexpr const char* kApp = "com.example.authority";
inline constexpr const char* kAndroidPackage = "org.example.health";
inline constexpr const char* kIosAppId = "ABCDE12345.org.example.health";
// Of the certificate that the key of every Android phone here is attested with.
inline constexpr std::uint32_t kAttestationSerial = 0x7e5ea1d1;

// Knobs of a policy by their names, as TOML writes their values.
using KnobTexts = std::map<std::string, std::string>;

// A policy gate over a real database and real files, with issuers of all schemes and with Apple and
// Google on loopback ports. Its clock stands still.
class GateWorld {
 public:
  explicit GateWorld(store::StoreLocation::Engine engine = store::StoreLocation::Engine::kSqlite);
  ~GateWorld();

  // The knobs of a policy that takes all schemes and enforces them, but for those of `changed`.
  KnobTexts Knobs(const KnobTexts& changed = {}) const;
  // Writes the policy file with the anchors of all issuers: one policy, or several by their apps.
  void WritePolicy(const KnobTexts& knobs) { WritePolicies({{kApp, knobs}}); }
  void WritePolicies(const std::map<std::string, KnobTexts>& policies);
  // Writes another file next to it, which only the owner may read.
  void WriteFile(const std::string& name, std::string_view text);
  std::filesystem::path PathOf(const std::string& name) const { return folder_.path() / name; }

  // Opens the gate, closing an older one.
  Status Open(std::size_t workers = 2, std::size_t waiting_max = 1024);
  void Close() { gate_.reset(); }
  PolicyGate& gate() { return *gate_; }

  // An upload of the newer API, and an attestation for it.
  static BoundUpload Upload();
  Evidence Attest(Scheme scheme, const BoundUpload& upload);
  Evidence SafetyNet(const BoundUpload& upload);
  Evidence PlayIntegrity(const BoundUpload& upload);
  // A token that only Google can open, and what it finds in it.
  Evidence SealedForGoogle(const BoundUpload& upload);
  static Evidence DeviceToken(const std::string& token);
  issuing::MadeAppAttest AppAttest(const BoundUpload& upload);
  static Evidence Assertion(const issuing::MadeAppAttest& key, const BoundUpload& upload,
                            std::uint32_t counter);
  Evidence KeyAttestation(const BoundUpload& upload);

  // As the publisher asks: of no evidence, or of some.
  Inquiry About(std::optional<Evidence> evidence, const BoundUpload& upload = Upload()) const;
  Awaited<Admission> Begin(Inquiry inquiry);
  Admission Ask(Inquiry inquiry) { return Begin(std::move(inquiry)).Take(); }
  // What an enforcing policy finds.
  Reason Find(const Evidence& evidence, const BoundUpload& upload = Upload()) {
    return Ask(About(evidence, upload)).reason;
  }

  // How often something was found; waits until it is so often, since what decides nothing is done
  // behind the answer.
  void AwaitCount(std::string_view scheme, Reason reason, int count) const;
  int Count(std::string_view scheme, Reason reason) const;

  static const crypto::Certificate& key_attestation_root();
  store::Store& store() { return *store_; }
  std::unique_ptr<store::Store> OpenStore();
  base::VirtualClock& clock() { return clock_; }
  base::Random& random() { return random_; }
  base::MemoryLog& log() { return log_; }
  metrics::Metrics& metrics() { return metrics_; }
  issuing::FakeDeviceCheck& apple() { return apple_; }
  issuing::FakeGoogle& google() { return google_; }
  const store::testing::ScratchDatabase& database() const { return database_; }

 private:
  void WriteTrust();

  base::VirtualClock clock_;
  base::SystemRandom random_;
  base::SystemFiles files_;
  base::MemoryLog log_;
  metrics::Metrics metrics_;
  base::TestFolder folder_;
  store::testing::ScratchDatabase database_;
  std::unique_ptr<store::Store> store_;
  issuing::FakeDeviceCheck apple_;
  issuing::FakeGoogle google_;
  std::unique_ptr<PolicyGate> gate_;
};

// 2020-11-22T12:00Z, when it begins.
inline constexpr base::UnixTime kWorldStart{std::chrono::seconds(1'606'046'400)};

}  // namespace enks::attestation::testing
