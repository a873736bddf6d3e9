#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include "base/random.h"
#include "http/message.h"
#include "http/padding.h"

// Decoy uploads: phones send requests with an X-Chaff header at random times, so that an observer
// of the network cannot tell by traffic who has a diagnosis (spec/publish.md section 4, "Chaff").
// The answers must look like those to real uploads.
namespace enks::publish {

// The sizes of the newest answers to successful uploads, padding not counted: padding is drawn
// afresh for decoys, so that their sizes vary as those of real answers do (divergences P16 and
// P18: the reference repeats the mean over whatever was answered). Thread-safe.
class AnswerSizes {
 public:
  // Notes the size of an answer's body without its padding.
  void Note(std::size_t bytes);

  // One of the noted sizes, each as likely; before the first one, that of a usual answer.
  std::size_t Draw(base::Random& random) const;

 private:
  static constexpr std::size_t kSamplesMax = 100;

  mutable std::mutex mutex_;
  std::array<std::size_t, kSamplesMax> bytes_{};  // guarded by mutex_, a ring
  std::size_t noted_ = 0;                         // guarded by mutex_, over all time
};

// Whether a request is a decoy.
bool IsChaff(const http::Request& request);

// An answer whose body is as long as that of a real one with `unpadded_bytes` and fresh padding.
http::Response MakeChaffAnswer(std::size_t unpadded_bytes, const http::PaddingSize& padding,
                               base::Random& random);

}  // namespace enks::publish
