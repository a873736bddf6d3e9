#include "jwks/fetcher.h"

#include <absl/strings/match.h>
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "http/client.h"

namespace enks::jwks {
namespace {

constexpr std::chrono::milliseconds kConnectTimeoutMax{5000};

bool HasScheme(std::string_view url, std::string_view scheme) {
  return absl::StartsWithIgnoreCase({url.data(), url.size()}, {scheme.data(), scheme.size()});
}

http::Client::Options ClientOptions(const FetchLimits& limits) {
  return {.connect_timeout = std::min(limits.timeout, kConnectTimeoutMax),
          .total_timeout = limits.timeout,
          .answer_bytes_max = limits.answer_bytes_max};
}

class HttpFetcher final : public DocumentFetcher {
 public:
  explicit HttpFetcher(const FetchLimits& limits)
      : allow_http_(limits.allow_http), client_(http::Client::Create(ClientOptions(limits))) {}

  Result<std::string> Fetch(std::string_view url) override {
    if (!allow_http_ || !HasScheme(url, "http://")) ENKS_TRY(CheckDocumentUrl(url));
    ENKS_ASSIGN(http::Response response, client_->Send("GET", url, {}, ""));
    if (response.status == kOk) return std::move(response.body);
    const bool is_redirect = response.status >= 300 && response.status < 400;
    return absl::UnavailableError(fmt::format("the answer has status {}, not 200{}",
                                              response.status,
                                              is_redirect ? "; redirects are not followed" : ""));
  }

 private:
  static constexpr int kOk = 200;

  const bool allow_http_;
  const std::unique_ptr<http::Client> client_;
};

}  // namespace

std::unique_ptr<DocumentFetcher> MakeHttpFetcher(const FetchLimits& limits) {
  return std::make_unique<HttpFetcher>(limits);
}

Status CheckDocumentUrl(std::string_view url) {
  if (HasScheme(url, "https://")) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the address of a JWKS document must begin with https://, or anybody on the way could put "
      "keys of his own into it");
}

}  // namespace enks::jwks
