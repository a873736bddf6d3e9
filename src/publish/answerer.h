#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/delayed_tasks.h"
#include "base/random.h"
#include "http/message.h"
#include "http/padding.h"
#include "publish/answer_profile.h"
#include "publish/receipt.h"
#include "publish/upload_request.h"

namespace enks::publish {

// What the answers of one endpoint have in common, also those that are given when it is gone.
// Thread-safe. What it is handed outlives it.
struct AnswerStyle {
  AnswerStyle(Api of_endpoint, const http::PaddingSize& padding_size,
              std::chrono::nanoseconds longest_latency, const AnswerSample& usual,
              const base::Clock& server_clock, base::Random& server_random)
      : api(of_endpoint),
        padding(padding_size),
        latency_max(longest_latency),
        clock(server_clock),
        random(server_random),
        profile(usual) {}

  const Api api;
  const http::PaddingSize padding;
  const std::chrono::nanoseconds latency_max;  // that an answer is held back; 0: any
  const base::Clock& clock;
  base::Random& random;  // thread-safe
  AnswerProfile profile;
  base::DelayedTasks delays;
};

// Answers one request, on whatever thread its outcome becomes known. Owns all it needs, because the
// store may be done with an upload when the endpoint is gone. Decoys, and uploads that are refused
// before they reach the store, are answered as late and at such a length as an upload that
// succeeded lately.
class Answerer {
 public:
  // Made when the request has arrived.
  Answerer(std::shared_ptr<AnswerStyle> style, http::Reply reply);

  // Call once. A decoy's receipt is an empty one.
  void operator()(const Receipt& receipt);

 private:
  std::chrono::nanoseconds RemainingDelay() const;

  std::shared_ptr<AnswerStyle> style_;
  std::chrono::nanoseconds arrived_;
  AnswerSample model_;  // the success that this answer is to look like, should it be none itself
  std::size_t padding_bytes_;
  std::string padding_;
  http::Reply reply_;
};

}  // namespace enks::publish
