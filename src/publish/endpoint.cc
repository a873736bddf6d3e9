#include "publish/endpoint.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/delayed_tasks.h"
#include "http/padding.h"
#include "publish/answer_profile.h"
#include "publish/chaff.h"
#include "publish/decoy_work.h"
#include "publish/publisher.h"
#include "publish/upload_answer.h"
#include "publish/upload_request.h"

namespace enks::publish {
namespace {

Receipt ReceiptOf(json::BodyFault fault) {
  switch (fault.kind) {
    case json::BodyFaultKind::kContentType:
      return Failure(Ending::kContentType, std::move(fault.detail));
    case json::BodyFaultKind::kTooLarge:
      return Failure(Ending::kBodyTooLarge, std::move(fault.detail));
    case json::BodyFaultKind::kJson:
      break;
  }
  return Failure(Ending::kBodyUnreadable, std::move(fault.detail));
}

// What decoys look like before the first upload succeeds.
AnswerSample UsualAnswer(const PublishOptions& options, const tokens::RevisionTokens& tokens) {
  Receipt receipt;
  receipt.inserted = 14;
  receipt.revision_token = tokens.Seal({exposure::RevisableKey()}, "");
  return {MakeAnswer(receipt, {}).body.size(), options.usual_latency};
}

// Faults of the request as such, which no phone makes, and ours are answered as they are.
bool IsShaped(Ending ending) {
  switch (ending) {
    case Ending::kContentType:
    case Ending::kBodyUnreadable:
    case Ending::kBodyTooLarge:
    case Ending::kDirectoryUnavailable:
    case Ending::kStoreUnavailable:
    case Ending::kStoreFailed:
      return false;
    default:
      return true;
  }
}

// What answers share, also those that are given when the endpoint is gone.
struct Shapes {
  Shapes(const AnswerSample& usual, std::chrono::nanoseconds longest_delay,
         const base::Clock& clock_of_server, base::Random& source)
      : profile(usual), latency_max(longest_delay), clock(clock_of_server), random(source) {}

  AnswerProfile profile;
  const std::chrono::nanoseconds latency_max;
  const base::Clock& clock;
  base::Random& random;
};

// Answers one request, on whatever thread its outcome becomes known. Owns all it needs, because the
// store may be done with an upload when the endpoint is gone. Decoys, and uploads that are refused
// before they reach the store, are answered as late and at such a length as an upload that
// succeeded lately.
class Answerer {
 public:
  Answerer(std::shared_ptr<Shapes> shapes, std::shared_ptr<base::DelayedTasks> delays,
           const http::PaddingSize& padding, http::Reply reply)
      : shapes_(std::move(shapes)),
        delays_(std::move(delays)),
        arrived_(shapes_->clock.Monotonic()),
        shape_(shapes_->profile.Draw(shapes_->random)),
        padding_bytes_(http::DrawPaddingBytes(padding, shapes_->random)),
        padding_(http::MakePadding(padding_bytes_, shapes_->random)),
        reply_(std::move(reply)) {}

  void operator()(const Receipt& receipt) {
    http::Response response = MakeAnswer(receipt, {padding_});
    if (!IsShaped(receipt.ending)) return reply_(std::move(response));
    const std::size_t own_bytes = response.body.size() - padding_.size();
    if (receipt.waited_for_store && response.status == 200) {
      shapes_->profile.Note({own_bytes, shapes_->clock.Monotonic() - arrived_});
      return reply_(std::move(response));
    }
    response = MakeAnswer(receipt, MatchingPadding(response.status, own_bytes, shape_.bytes,
                                                   padding_bytes_, shapes_->random));
    if (receipt.waited_for_store) return reply_(std::move(response));
    const std::chrono::nanoseconds delay = RemainingDelay();
    if (delay <= delay.zero()) return reply_(std::move(response));
    delays_->Run(delay, [reply = std::move(reply_), response = std::move(response)]() mutable {
      reply(std::move(response));
    });
  }

 private:
  std::chrono::nanoseconds RemainingDelay() const {
    std::chrono::nanoseconds latency = shape_.latency;
    if (shapes_->latency_max > latency.zero()) latency = std::min(latency, shapes_->latency_max);
    return latency - (shapes_->clock.Monotonic() - arrived_);
  }

  std::shared_ptr<Shapes> shapes_;
  std::shared_ptr<base::DelayedTasks> delays_;
  std::chrono::nanoseconds arrived_;
  AnswerSample shape_;
  std::size_t padding_bytes_;
  std::string padding_;
  http::Reply reply_;
};

class PublishEndpoint final : public http::Handler {
 public:
  PublishEndpoint(const PublishOptions& options, const PublishParts& parts)
      : maintenance_(options.maintenance),
        padding_(http::UsablePadding({options.padding_bytes_min, options.padding_bytes_range})),
        clock_(parts.clock),
        shapes_(std::make_shared<Shapes>(UsualAnswer(options, *parts.tokens),
                                         options.decoy_latency_max, parts.clock, parts.random)),
        delays_(std::make_shared<base::DelayedTasks>()),
        decoy_work_(options.rules, parts.clock.Now()),
        publisher_(options, parts.directory, parts.store, parts.tokens, parts.clock, parts.log) {}

  // The order of spec/publish.md section 1: decoys are answered before anything of them is looked
  // at, maintenance comes next. Any method is taken (P26).
  void Handle(http::Request request, http::Reply reply) override {
    const bool is_chaff = IsChaff(request);
    if (!is_chaff && maintenance_) return reply(MakeMaintenanceAnswer());
    Answerer answer(shapes_, delays_, padding_, std::move(reply));
    if (!is_chaff) return Publish(request, std::move(answer));
    decoy_work_.Do(clock_.Now());
    answer(Receipt());
  }

 private:
  void Publish(const http::Request& request, Answerer answer) {
    auto upload =
        ReadUploadRequest({request.Header("Content-Type"), request.body, request.body_too_large});
    if (auto* fault = std::get_if<json::BodyFault>(&upload)) {
      return answer(ReceiptOf(std::move(*fault)));
    }
    auto& request_of_phone = std::get<UploadRequest>(upload);
    request_of_phone.platform = exposure::PlatformOf(request.Header("User-Agent"));
    publisher_.Publish(request_of_phone, std::move(answer));
  }

  const bool maintenance_;
  const http::PaddingSize padding_;
  const base::Clock& clock_;
  const std::shared_ptr<Shapes> shapes_;
  const std::shared_ptr<base::DelayedTasks> delays_;
  const DecoyWork decoy_work_;
  Publisher publisher_;
};

}  // namespace

std::unique_ptr<http::Handler> MakePublishEndpoint(const PublishOptions& options,
                                                   const PublishParts& parts) {
  return std::make_unique<PublishEndpoint>(options, parts);
}

}  // namespace enks::publish
