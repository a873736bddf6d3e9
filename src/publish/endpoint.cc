#include "publish/endpoint.h"

#include <memory>
#include <utility>

#include "publish/chaff.h"
#include "publish/padding.h"
#include "publish/publisher.h"
#include "publish/upload_answer.h"
#include "publish/upload_request.h"

namespace enks::publish {
namespace {

Receipt ReceiptOf(BodyFault fault) {
  switch (fault.kind) {
    case BodyFaultKind::kContentType:
      return Failure(Ending::kContentType, std::move(fault.detail));
    case BodyFaultKind::kTooLarge:
      return Failure(Ending::kBodyTooLarge, std::move(fault.detail));
    case BodyFaultKind::kJson:
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
  PublishEndpoint(const PublishOptions& options, authority::Directory& directory,
                  store::Store& store, const base::Clock& clock, base::Random& random,
                  base::Log& log)
      : maintenance_(options.maintenance),
        padding_(UsablePadding({options.padding_bytes_min, options.padding_bytes_range})),
        random_(random),
        sizes_(std::make_shared<AnswerSizes>()),
        publisher_(options, directory, store, clock, log) {}

  // The order of spec/publish.md section 1: decoys are answered before anything else is looked at,
  // maintenance comes next. Any method is taken (P26).
  void Handle(http::Request request, http::Reply reply) override {
    if (IsChaff(request)) {
      return reply(MakeChaffAnswer(sizes_->Draw(random_), padding_, random_));
    }
    if (maintenance_) return reply(MakeMaintenanceAnswer());
    std::string padding = MakePadding(DrawPaddingBytes(padding_, random_), random_);
    Publish(request, Answerer(sizes_, std::move(padding), std::move(reply)));
  }

 private:
  void Publish(const http::Request& request, Answerer answer) {
    auto upload =
        ReadUploadRequest({request.Header("Content-Type"), request.body, request.body_too_large});
    if (auto* fault = std::get_if<BodyFault>(&upload)) {
      return answer(ReceiptOf(std::move(*fault)));
    }
    publisher_.Publish(std::get<UploadRequest>(upload), std::move(answer));
  }

  const bool maintenance_;
  const PaddingSize padding_;
  base::Random& random_;
  const std::shared_ptr<AnswerSizes> sizes_;
  Publisher publisher_;
};

}  // namespace

std::unique_ptr<http::Handler> MakePublishEndpoint(const PublishOptions& options,
                                                   authority::Directory& directory,
                                                   store::Store& store, const base::Clock& clock,
                                                   base::Random& random, base::Log& log) {
  return std::make_unique<PublishEndpoint>(options, directory, store, clock, random, log);
}

}  // namespace enks::publish
