#include "publish/endpoint.h"

#include <memory>
#include <utility>

#include "http/padding.h"
#include "publish/chaff.h"
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

// Answers one upload, on whatever thread its outcome becomes known. Owns all it needs, because the
// store may be done with an upload when the endpoint is gone; the padding was drawn on the network
// thread, so the store's thread does no more than put strings together.
class Answerer {
 public:
  Answerer(std::shared_ptr<AnswerSizes> sizes, std::string padding, http::Reply reply)
      : sizes_(std::move(sizes)), padding_(std::move(padding)), reply_(std::move(reply)) {}

  void operator()(const Receipt& receipt) {
    http::Response response = MakeAnswer(receipt, padding_);
    if (response.status == 200) sizes_->Note(response.body.size() - padding_.size());
    reply_(std::move(response));
  }

 private:
  std::shared_ptr<AnswerSizes> sizes_;
  std::string padding_;
  http::Reply reply_;
};

class PublishEndpoint final : public http::Handler {
 public:
  PublishEndpoint(const PublishOptions& options, const PublishParts& parts)
      : maintenance_(options.maintenance),
        padding_(http::UsablePadding({options.padding_bytes_min, options.padding_bytes_range})),
        random_(parts.random),
        sizes_(std::make_shared<AnswerSizes>()),
        publisher_(options, parts.directory, parts.store, parts.tokens, parts.clock, parts.log) {}

  // The order of spec/publish.md section 1: decoys are answered before anything else is looked at,
  // maintenance comes next. Any method is taken (P26).
  void Handle(http::Request request, http::Reply reply) override {
    if (IsChaff(request)) {
      return reply(MakeChaffAnswer(sizes_->Draw(random_), padding_, random_));
    }
    if (maintenance_) return reply(MakeMaintenanceAnswer());
    std::string padding = http::MakePadding(http::DrawPaddingBytes(padding_, random_), random_);
    Publish(request, Answerer(sizes_, std::move(padding), std::move(reply)));
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
  base::Random& random_;
  const std::shared_ptr<AnswerSizes> sizes_;
  Publisher publisher_;
};

}  // namespace

std::unique_ptr<http::Handler> MakePublishEndpoint(const PublishOptions& options,
                                                   const PublishParts& parts) {
  return std::make_unique<PublishEndpoint>(options, parts);
}

}  // namespace enks::publish
