#pragma once

#include <chrono>
#include <cstddef>

#include "jwks/fetcher.h"
#include "jwks/key_plan.h"

namespace enks::jwks {

// What an operator can set, and two limits that only tests change.
struct JwksOptions {
  std::chrono::seconds request_timeout{30};  // REQUEST_TIMEOUT
  SyncRules rules;
  std::size_t answer_bytes_max = kAnswerBytesMax;
  // For tests over loopback: whoever sits between us and a health authority could otherwise put
  // keys of his own into its document.
  bool allow_http = false;

  FetchLimits Limits() const {
    return {
        .timeout = request_timeout, .answer_bytes_max = answer_bytes_max, .allow_http = allow_http};
  }
};

}  // namespace enks::jwks
