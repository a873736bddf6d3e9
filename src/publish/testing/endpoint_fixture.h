#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "authority/directory.h"
#include "base/base64.h"
#include "base/test_folder.h"
#include "base/virtual_clock.h"
#include "publish/endpoint.h"
#include "publish/testing/certificate_issuer.h"
#include "secrets/file_key_manager.h"

namespace enks::publish {

// 2020-12-10 10:11:12 UTC and the intervals around it.
inline constexpr base::UnixTime kNow{std::chrono::seconds(1'607'558'400 + 36'672)};
inline constexpr std::int32_t kToday = 1'607'558'400 / 600;
inline constexpr std::int32_t kCurrent = kToday + 61;

// A key of yesterday, each number another one.
inline exposure::SubmittedKey YesterdaysKey(std::uint8_t number) {
  base::Bytes bytes(16, number);
  // Later numbers are shorter and never overlap: 24 keys of an hour.
  return {base::ToBase64(bytes), kToday - 144 + number * 6, 6, 0};
}

// The body of a request, whose members tests change one by one.
struct UploadText {
  std::vector<exposure::SubmittedKey> keys;
  std::string health_authority_id = "com.example.app";
  std::string certificate;
  std::string hmac_key = CertificateIssuer::HmacKey();
  std::int32_t symptom_onset = 0;
  bool traveler = false;
  std::string revision_token;

  std::string Json() const {
    std::string list;
    for (const exposure::SubmittedKey& key : keys) {
      list += fmt::format(
          R"({}{{"key":"{}","rollingStartNumber":{},"rollingPeriod":{},"transmissionRisk":{}}})",
          list.empty() ? "" : ",", key.key_base64, key.rolling_start, key.rolling_period,
          key.transmission_risk);
    }
    return fmt::format(
        R"({{"temporaryExposureKeys":[{}],"healthAuthorityID":"{}","verificationPayload":"{}",)"
        R"("hmacKey":"{}","symptomOnsetInterval":{},"traveler":{},"revisionToken":"{}"}})",
        list, health_authority_id, certificate, hmac_key, symptom_onset, traveler, revision_token);
  }
};

// An answer, its random padding replaced by "P" once it was seen to be what it should be, and its
// revision token by "T".
struct Answer {
  int status = 0;
  std::string body;
  std::string revision_token;
  http::Headers headers;
  bool close = false;
};

// Replaces the text of a member, if it is there, and returns what it was.
inline std::string ReplaceText(std::string& body, std::string_view before, std::string_view by) {
  const std::size_t found = body.find(before);
  if (found == std::string::npos) return {};
  const std::size_t begin = found + before.size();
  const std::size_t size = body.find('"', begin) - begin;
  std::string text = body.substr(begin, size);
  body.replace(begin, size, by);
  return text;
}

// The blanks that may stand before a padding.
inline void EraseBlanks(std::string& body) {
  constexpr std::string_view kName = R"("padding":)";
  const std::size_t begin = body.find(kName) + kName.size();
  body.erase(begin, body.find('"', begin) - begin);
}

inline Answer WithoutPadding(http::Response response) {
  EraseBlanks(response.body);
  const auto padding = base::FromAnyBase64(ReplaceText(response.body, R"("padding":")", "P"));
  std::string token = ReplaceText(response.body, R"("revisionToken":")", "T");
  // What was given no token may have more, so that it is as long as an answer with one.
  constexpr std::size_t kTokenBytesMax = 2048;
  EXPECT_TRUE(padding);
  EXPECT_GE(padding->size(), 1024U);
  EXPECT_LT(padding->size(), 2048U + (token.empty() ? kTokenBytesMax : 0));
  return {response.status, response.body, std::move(token), response.headers, response.close};
}

// An endpoint over some store, with a real directory and real certificates. The derived fixture
// owns the store and calls Start().
class EndpointFixture : public testing::Test {
 protected:
  static store::AuthorizedApp App(std::string name) {
    store::AuthorizedApp app;
    app.name = std::move(name);
    app.regions = {"US", "US-WA"};
    app.health_authority_ids = {1};
    return app;
  }

  // Tests whose subject it is not get every answer before Handle() returns.
  EndpointFixture() { options_.usual_latency = std::chrono::milliseconds(0); }

  void Start(store::Store& store) {
    const tokens::TokenOptions token_options;
    ASSERT_TRUE(sealing_keys_->CreateSealingKey(token_options.sealing_key).ok());
    tokens_ = std::make_shared<tokens::RevisionTokens>(token_options, store, *sealing_keys_, clock_,
                                                       token_random_);
    ASSERT_TRUE(tokens_->Refresh().ok());
    directory_ = std::make_unique<authority::Directory>(store);
    ASSERT_TRUE(directory_->Refresh().ok());
    Restart(store);
  }
  // Makes the endpoint anew with the present options.
  void Restart(store::Store& store) { endpoint_ = Make(store, *directory_, random_); }
  std::unique_ptr<http::Handler> Make(store::Store& store, authority::Directory& directory,
                                      base::Random& random) {
    return MakePublishEndpoint(
        options_, {directory, store, tokens_, clock_, random, log_, metrics_, gate_, {}});
  }

  // An upload with a valid certificate.
  UploadText Certified(std::vector<exposure::SubmittedKey> keys,
                       exposure::ReportType report_type = exposure::ReportType::kConfirmed) const {
    UploadText upload;
    upload.certificate = issuer_.Certificate(keys, report_type);
    upload.keys = std::move(keys);
    return upload;
  }

  static http::Request RequestOf(std::string body) {
    http::Request request;
    request.method = "POST";
    request.path = "/v1/publish";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    return request;
  }

  // The answer, if it is given before Handle() returns.
  std::optional<http::Response> Handle(http::Request request) {
    std::optional<http::Response> got;
    endpoint_->Handle(std::move(request), [&got](http::Response response) {
      EXPECT_FALSE(got) << "answered twice";
      got = std::move(response);
    });
    return got;
  }
  Answer Send(http::Request request) {
    auto response = Handle(std::move(request));
    EXPECT_TRUE(response);
    return response ? WithoutPadding(*std::move(response)) : Answer{};
  }
  Answer Send(const UploadText& upload) { return Send(RequestOf(upload.Json())); }

  PublishOptions options_;
  base::VirtualClock clock_{kNow};
  base::SeededRandom random_{1};
  base::SystemRandom token_random_;  // tokens are made on the store's thread
  base::SystemFiles files_;
  base::TestFolder folder_;
  const std::unique_ptr<secrets::FileKeyManager> sealing_keys_ =
      secrets::MakeFileKeyManager(folder_.path(), files_, token_random_);
  base::MemoryLog log_;
  metrics::Metrics metrics_;
  attestation::Gate* gate_ = nullptr;
  CertificateIssuer issuer_{kNow};
  std::shared_ptr<tokens::RevisionTokens> tokens_;
  std::unique_ptr<authority::Directory> directory_;
  std::unique_ptr<http::Handler> endpoint_;
};

}  // namespace enks::publish
