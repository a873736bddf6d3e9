#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/binding.h"
#include "attestation/evidence.h"
#include "base/random.h"
#include "exposure/rules.h"
#include "http/client.h"
#include "phone/health_authority.h"
#include "phone/key_ring.h"

// How a health authority app shares the keys of a diagnosed user: spec/publish.md sections 2 to 5.
namespace enks::phone {

// The members of a publish request but its padding.
struct UploadContent {
  std::string health_authority_id;  // the app's name with the server
  std::vector<exposure::SubmittedKey> keys;
  std::string certificate;
  std::string hmac_key_base64;
  Interval symptom_onset;  // number 0: not sent
  bool traveler = false;
  std::string revision_token;                             // empty: not sent
  std::optional<attestation::Evidence> attestation = {};  // nothing: not sent
  // What the phone's User-Agent says it is.
  exposure::Platform platform = exposure::Platform::kAndroid;
};

// What the user and their doctor say.
struct Disclosure {
  exposure::ReportType report_type = exposure::ReportType::kConfirmed;
  Interval symptom_onset{};  // number 0: not known
  std::int64_t transmission_risk = 0;
  bool traveler = false;
};

// Gets `keys` certified at `now` and puts the request together: a fresh HMAC key, the HMAC over the
// keys, the authority's certificate over that.
UploadContent PrepareUpload(const std::string& app_name, const std::vector<Tek>& keys,
                            const Disclosure& disclosure, const std::string& revision_token,
                            const HealthAuthority& authority, UnixTime now, base::Random& random);

// All of a request that an attestation is bound to.
attestation::BoundUpload BoundUploadOf(const UploadContent& content);

// The request as JSON, padded at random to between kBodyBytesMin and kBodyBytesMin +
// kBodyBytesRange (or, if the content alone is longer, by up to kBodyBytesRange), so that its
// length says neither how many keys it holds nor whether it is real.
inline constexpr std::size_t kBodyBytesMin = 8192;
inline constexpr std::size_t kBodyBytesRange = 2048;
std::string UploadBody(const UploadContent& content, base::Random& random);

// A body that looks like one of UploadBody() from outside and means nothing.
std::string CoverBody(base::Random& random);

enum class UploadOutcome {
  kAccepted,       // every key was taken
  kPartial,        // some keys were taken; `errors` says why the others were not
  kStoredEarlier,  // an attempt whose answer was lost had gone through; its token is lost, too
  kRefused,        // the server will never take this request
  kUnavailable,    // no usable answer after the last attempt
};

struct UploadReceipt {
  UploadOutcome outcome = UploadOutcome::kUnavailable;
  int status = 0;             // HTTP status of the last answer; 0: none
  std::string code;           // the server's error code, empty if none
  std::string error;          // its text
  std::int64_t inserted = 0;  // keys the server says it added
  std::string revision_token;
  std::vector<std::string> warnings;
  int attempts = 0;
};

// Which of `keys`, as they were sent, the server took: it leaves out, with a warning that names its
// place, each key that is too far from the symptom onset (spec/publish.md section 8).
std::vector<Tek> TakenKeys(const std::vector<Tek>& keys, const std::vector<std::string>& warnings);

// When to try again: on no answer, on 429 and on any 5xx. A Retry-After header is obeyed up to
// `delay_max`; without one the delay doubles from `first_delay` and gets up to half of it on top at
// random, so that phones refused together do not come back together.
struct RetryPolicy {
  int attempts_max = 5;
  std::chrono::seconds first_delay{2};
  std::chrono::seconds delay_max{300};
};

// Lets time pass between attempts: sleeps in earnest or turns a virtual clock.
using Wait = absl::AnyInvocable<void(std::chrono::seconds)>;

// Sends uploads and cover traffic to one server. Not thread-safe. What it is handed outlives it.
class Uploader {
 public:
  Uploader(http::Client& client, std::string publish_url, RetryPolicy retry, base::Random& random,
           Wait wait);

  UploadReceipt Upload(const UploadContent& content);

  // A request that the server answers without looking at it (X-Chaff). Whether it was answered 200.
  // One attempt: cover that is missed harms nobody.
  bool SendCover();

 private:
  enum class Retry { kNo, kYes };

  // One attempt: fills the receipt. kYes: worth another one.
  Retry Attempt(const UploadContent& content, UploadReceipt& receipt,
                std::chrono::seconds& asked_delay);
  std::chrono::seconds DelayBefore(int attempt, std::chrono::seconds asked);

  http::Client& client_;
  const std::string publish_url_;
  const RetryPolicy retry_;
  base::Random& random_;
  Wait wait_;
};

}  // namespace enks::phone
