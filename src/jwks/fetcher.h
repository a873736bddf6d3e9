#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace enks::jwks {

// The longest document that is read: some hundred times what a few keys need.
inline constexpr std::size_t kAnswerBytesMax = 256 * 1024;

// Fetches JWKS documents.
class DocumentFetcher {
 public:
  virtual ~DocumentFetcher() = default;

  // The document at `url`, blocking. Any failure is a status that names the host at most, for a URL
  // may hold a password.
  virtual Result<std::string> Fetch(std::string_view url) = 0;
};

struct FetchLimits {
  std::chrono::milliseconds timeout{30'000};
  std::size_t answer_bytes_max = kAnswerBytesMax;
  bool allow_http = false;  // tests only: JwksOptions
};

// From the network: https with a certificate that the system trusts, no redirects (divergence J6),
// status 200 only. Not thread-safe.
std::unique_ptr<DocumentFetcher> MakeHttpFetcher(const FetchLimits& limits);

// kInvalidArgument unless MakeHttpFetcher() would try this URL.
Status CheckDocumentUrl(std::string_view url);

}  // namespace enks::jwks
