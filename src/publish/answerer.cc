#include "publish/answerer.h"

#include <algorithm>
#include <utility>

#include "publish/chaff.h"
#include "publish/upload_answer.h"

namespace enks::publish {
namespace {

// Faults of the request as such, which no phone makes, and ours are answered as they are.
bool HasModel(Ending ending) {
  switch (ending) {
    case Ending::kContentType:
    case Ending::kBodyUnreadable:
    case Ending::kBodyTooLarge:
    case Ending::kDirectoryUnavailable:
    case Ending::kAttestationUnavailable:
    case Ending::kAttestationMisconfigured:
    case Ending::kStoreUnavailable:
    case Ending::kStoreFailed:
      return false;
    default:
      return true;
  }
}

}  // namespace

// The padding is drawn here, on the network thread, so that the store's has little to do.
Answerer::Answerer(std::shared_ptr<AnswerStyle> style, http::Reply reply)
    : style_(std::move(style)),
      arrived_(style_->clock.Monotonic()),
      model_(style_->profile.Draw(style_->random)),
      padding_bytes_(http::DrawPaddingBytes(style_->padding, style_->random)),
      padding_(http::MakePadding(padding_bytes_, style_->random)),
      reply_(std::move(reply)) {}

void Answerer::operator()(const Receipt& receipt) {
  http::Response response = MakeAnswer(receipt, {padding_}, style_->api);
  if (!HasModel(receipt.ending)) return reply_(std::move(response));
  const std::size_t own_bytes = response.body.size() - padding_.size();
  if (receipt.waited_for_store && response.status == 200) {
    style_->profile.Note({own_bytes, style_->clock.Monotonic() - arrived_});
    return reply_(std::move(response));
  }
  response = MakeAnswer(
      receipt,
      MatchingPadding(response.status, own_bytes, model_.bytes, padding_bytes_, style_->random),
      style_->api);
  const std::chrono::nanoseconds delay = RemainingDelay();
  if (receipt.waited_for_store || delay <= delay.zero()) return reply_(std::move(response));
  style_->delays.Run(delay, [reply = std::move(reply_), response = std::move(response)]() mutable {
    reply(std::move(response));
  });
}

std::chrono::nanoseconds Answerer::RemainingDelay() const {
  std::chrono::nanoseconds latency = model_.latency;
  if (style_->latency_max > latency.zero()) latency = std::min(latency, style_->latency_max);
  return latency - (style_->clock.Monotonic() - arrived_);
}

}  // namespace enks::publish
