#pragma once

#include <functional>
#include <memory>
#include <string>

#include "attestation/binding.h"
#include "attestation/evidence.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "crypto/certificate.h"

namespace enks::attestation::issuing {

// A health authority's app as Google and Apple know it.
struct SimulatedApp {
  std::string package = "org.example.exposures.android";
  std::string certificate_name = "the key that signs the app";  // any text; stands for a digest
  std::string team_id = "SIM0000001";
  std::string bundle = "org.example.exposures.ios";
  std::string device_check_key_id = "SIMKEY0001";
  std::string service_account = "enks@simulation.iam.gserviceaccount.example";

  std::string app_id() const { return team_id + "." + bundle; }
};

// How long simulated roots and authorities are valid: longer than any simulation lasts.
inline constexpr std::chrono::days kVendorLife{3650};

// All who stand behind a simulated app's devices: Google, Apple and the makers of phones, with
// roots of their own, and Apple's and Google's servers on loopback ports. Attest() may be called by
// one thread at a time.
class Vendors {
 public:
  // `clock`, and `random`, which is thread-safe, outlive the vendors.
  static std::unique_ptr<Vendors> Create(SimulatedApp app, base::UnixTime valid_from,
                                         const base::Clock& clock, base::Random& random);
  virtual ~Vendors() = default;

  // What the genuine app on a sound phone adds to `upload` at `now`. Every other Play Integrity
  // token is one that only Google can open, every other attested Android key comes from afar.
  virtual Evidence Attest(Scheme scheme, const BoundUpload& upload, base::UnixTime now) = 0;
  // The same by somebody who has none of the vendors' keys.
  virtual Evidence Counterfeit(Scheme scheme, const BoundUpload& upload, base::UnixTime now) = 0;

  // Told of everything that is made, genuine or not.
  using Witness = std::function<void(const Evidence&)>;
  virtual void SetWitness(Witness witness) = 0;

  // What operators of servers have of the vendors.
  struct Handout {
    crypto::Certificate safetynet_root;
    crypto::Certificate app_attest_root;
    crypto::Certificate app_attest_receipt_root;
    crypto::Certificate key_attestation_root;
    std::string app_certificate_digest;  // hexadecimal
    std::string integrity_keys;          // as the Play Console gives them
    std::string service_account;         // JSON
    std::string google_url;
    std::string device_check_key;  // PEM
    std::string apple_url;
  };
  virtual Handout HandOut() const = 0;
  virtual const SimulatedApp& app() const = 0;
};

}  // namespace enks::attestation::issuing
