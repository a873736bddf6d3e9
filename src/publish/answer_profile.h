#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>

#include "base/random.h"

namespace enks::publish {

// What an observer of the network sees of the answer to a successful upload, random padding not
// counted.
struct AnswerSample {
  std::size_t bytes = 0;             // of the body without the text of its padding
  std::chrono::nanoseconds latency;  // from the request's last byte to the answer
};

// The newest successful answers, after which decoys and refusals are shaped: so that they cannot be
// told apart by size or time (divergences P16 to P18: the reference repeats the mean over whatever
// was answered). Thread-safe.
class AnswerProfile {
 public:
  // `usual` is drawn until the first upload succeeds.
  explicit AnswerProfile(const AnswerSample& usual) : usual_(usual) {}

  void Note(const AnswerSample& sample);

  // One of the noted samples, each as likely.
  AnswerSample Draw(base::Random& random) const;

 private:
  static constexpr std::size_t kSamplesMax = 100;

  const AnswerSample usual_;
  mutable std::mutex mutex_;
  std::array<AnswerSample, kSamplesMax> samples_{};  // guarded by mutex_, a ring
  std::size_t noted_ = 0;                            // guarded by mutex_, over all time
};

}  // namespace enks::publish
