#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/issuing/loopback_server.h"
#include "base/clock.h"
#include "crypto/public_key.h"

namespace enks::attestation::issuing {

// Google's token endpoint and decodeIntegrityToken on a loopback port, as strict as Google may be.
// An integrity token that was not taught is a bad one, unless it says what ScriptedAnswer() is to
// do. Thread-safe.
class FakeGoogle {
 public:
  struct Expected {
    std::string email;  // of the service account
    std::string package;
    crypto::PublicKey key;  // of the service account
  };

  // `clock` outlives the fake.
  FakeGoogle(Expected expected, const base::Clock& clock);

  std::string Url() const { return server_.Url(); }
  std::string TokenUri() const { return Url() + "/token"; }

  // Decodes `integrity_token` to `verdict`, a JSON object.
  void Teach(const std::string& integrity_token, const std::string& verdict);
  // What the token endpoint does from now on: a text for ScriptedAnswer(), or "" for its duty.
  void ScriptTokenEndpoint(std::string script);
  // The seconds that access tokens are said to live.
  void SetTokenLifetime(int seconds);
  // No access token given out so far is good any more.
  void Revoke();

  int TokenCalls() const;
  int DecodeCalls() const;
  // What was wrong with the calls that were refused.
  std::vector<std::string> Refusals() const;

 private:
  FakeAnswer Answer(const http::Request& request);
  FakeAnswer AnswerTokenCall(const http::Request& request);
  FakeAnswer AnswerDecodeCall(const http::Request& request);
  FakeAnswer Refuse(int status, std::string why, std::string body);
  FakeAnswer Grant();
  std::string FaultOfAssertion(std::string_view assertion) const;

  const Expected expected_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> verdicts_;  // all guarded by mutex_
  std::string script_;
  std::string good_token_;
  std::vector<std::string> refusals_;
  int lifetime_ = 3599;
  int token_calls_ = 0;
  int decode_calls_ = 0;
  LoopbackServer server_;  // last: its threads use the above
};

}  // namespace enks::attestation::issuing
