#include "publish/endpoint.h"

#include <memory>
#include <utility>

#include "publish/answerer.h"
#include "publish/chaff.h"
#include "publish/decoy_work.h"
#include "publish/publisher.h"
#include "publish/upload_answer.h"
#include "publish/upload_counters.h"
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
AnswerSample UsualAnswer(const PublishOptions& options, const tokens::RevisionTokens& tokens,
                         Api api) {
  Receipt receipt;
  receipt.inserted = 14;
  receipt.revision_token = tokens.Seal({exposure::RevisableKey()}, "");
  return {MakeAnswer(receipt, {}, api).body.size(), options.usual_latency};
}

std::shared_ptr<AnswerStyle> MakeStyle(const PublishOptions& options, const PublishParts& parts,
                                       Api api) {
  const http::PaddingSize padding{options.padding_bytes_min, options.padding_bytes_range};
  return std::make_shared<AnswerStyle>(api, http::UsablePadding(padding), options.decoy_latency_max,
                                       UsualAnswer(options, *parts.tokens, api), parts.clock,
                                       parts.random);
}

class PublishEndpoint final : public http::Handler {
 public:
  PublishEndpoint(const PublishOptions& options, const PublishParts& parts, Api api)
      : api_(api),
        maintenance_(options.maintenance),
        in_maintenance_(parts.in_maintenance),
        clock_(parts.clock),
        style_(MakeStyle(options, parts, api)),
        counters_(std::make_shared<UploadCounters>(parts.metrics, api)),
        decoy_work_(options.rules, parts.clock.Now()),
        publisher_(options, parts.directory, parts.store, parts.tokens, parts.clock, parts.log,
                   parts.metrics, parts.gate) {}

  // The order of spec/publish.md section 1: decoys are answered before anything of them is looked
  // at, maintenance comes next. Any method is taken (P26).
  void Handle(http::Request request, http::Reply reply) override {
    const bool is_chaff = IsChaff(request);
    if (!is_chaff && InMaintenance()) {
      counters_->CountMaintenance();
      return reply(MakeMaintenanceAnswer());
    }
    Answerer answer(style_, std::move(reply));
    if (!is_chaff) return Publish(request, std::move(answer));
    counters_->CountDecoy();
    decoy_work_.Do(clock_.Now());
    answer(Receipt());
  }

 private:
  bool InMaintenance() const {
    return maintenance_ || (in_maintenance_ != nullptr && in_maintenance_());
  }

  void Publish(const http::Request& request, Answerer answerer) {
    // The store may be done with an upload when the endpoint is gone.
    auto answer = [counters = counters_, answerer = std::move(answerer)](Receipt receipt) mutable {
      counters->Count(receipt);
      answerer(receipt);
    };
    auto upload = ReadUploadRequest(
        {request.Header("Content-Type"), request.body, request.body_too_large}, api_);
    if (auto* fault = std::get_if<json::BodyFault>(&upload)) {
      return answer(ReceiptOf(std::move(*fault)));
    }
    auto& request_of_phone = std::get<UploadRequest>(upload);
    request_of_phone.platform = exposure::PlatformOf(request.Header("User-Agent"));
    publisher_.Publish(request_of_phone, std::move(answer));
  }

  const Api api_;
  const bool maintenance_;
  const std::function<bool()> in_maintenance_;
  const base::Clock& clock_;
  const std::shared_ptr<AnswerStyle> style_;
  const std::shared_ptr<UploadCounters> counters_;
  const DecoyWork decoy_work_;
  Publisher publisher_;
};

}  // namespace

std::unique_ptr<http::Handler> MakePublishEndpoint(const PublishOptions& options,
                                                   const PublishParts& parts, Api api) {
  return std::make_unique<PublishEndpoint>(options, parts, api);
}

}  // namespace enks::publish
