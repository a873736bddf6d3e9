#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/issuing/loopback_server.h"
#include "base/clock.h"
#include "crypto/ecdsa.h"

namespace enks::attestation::issuing {

// Apple's validate_device_token on a loopback port, as strict as Apple may be. What a device token
// says decides the answer: one whose bytes begin with VALID is good (with "VALID UNTIL 1700000000",
// till then), with BAD is not; otherwise ScriptedAnswer(), and "HANGUP ONCE" hangs up the first
// time only. Thread-safe.
class FakeDeviceCheck {
 public:
  struct Expected {
    std::string team_id;
    std::string key_id;
    crypto::EcdsaPublicKey key;
  };
  struct Call {
    std::string transaction_id;
    std::string jwt;
    std::string body;
  };

  // `clock` outlives the fake.
  FakeDeviceCheck(Expected expected, const base::Clock& clock);

  std::string Url() const { return server_.Url(); }
  // The well-formed calls so far.
  std::vector<Call> Calls() const;
  // What was wrong with the others.
  std::vector<std::string> Refusals() const;

 private:
  FakeAnswer Answer(const http::Request& request);
  FakeAnswer Refuse(int status, std::string why, std::string text);
  FakeAnswer AnswerBody(const http::Request& request, std::string_view jwt);
  FakeAnswer AnswerToken(std::string_view device_token);
  bool IsStale(std::string_view device_token) const;
  std::string FaultOfJwt(std::string_view jwt) const;

  const Expected expected_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Call> calls_;             // guarded by mutex_
  std::vector<std::string> refusals_;   // guarded by mutex_
  std::set<std::string> transactions_;  // guarded by mutex_
  std::set<std::string> hung_up_;       // device tokens; guarded by mutex_
  LoopbackServer server_;               // last: its threads use the above
};

}  // namespace enks::attestation::issuing
