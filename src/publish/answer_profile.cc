#include "publish/answer_profile.h"

#include <algorithm>

namespace enks::publish {

void AnswerProfile::Note(const AnswerSample& sample) {
  const std::lock_guard lock(mutex_);
  samples_[noted_++ % kSamplesMax] = sample;
}

AnswerSample AnswerProfile::Draw(base::Random& random) const {
  const std::lock_guard lock(mutex_);
  if (noted_ == 0) return usual_;
  return samples_[static_cast<std::size_t>(random.Below(std::min(noted_, kSamplesMax)))];
}

}  // namespace enks::publish
