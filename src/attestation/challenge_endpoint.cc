#include "attestation/challenge_endpoint.h"

#include <utility>

#include "json/writer.h"

namespace enks::attestation {
namespace {

class ChallengeEndpoint final : public http::Handler {
 public:
  ChallengeEndpoint(Challenges& challenges, const http::PaddingSize& padding,
                    const base::Clock& clock, base::Random& random)
      : challenges_(challenges), padding_(padding), clock_(clock), random_(random) {}

  void Handle(http::Request request, http::Reply reply) override {
    http::Response response;
    if (request.method != "GET") {
      response.status = 405;
      response.headers = {{"Allow", "GET"}};
      return reply(std::move(response));
    }
    response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    const auto challenge = challenges_.Make(clock_.Now());
    json::Writer writer;
    writer.BeginObject();
    if (challenge) {
      writer.Name("challenge").Text(*challenge);
    } else {
      response.status = 503;
      response.headers.emplace_back("Retry-After", "30");
      writer.Name("error").Text("Service Unavailable");
    }
    writer.Name("padding").Text(
        http::MakePadding(http::DrawPaddingBytes(padding_, random_), random_));
    writer.EndObject();
    response.body = std::move(writer).Take();
    reply(std::move(response));
  }

 private:
  Challenges& challenges_;
  const http::PaddingSize padding_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace

std::unique_ptr<http::Handler> MakeChallengeEndpoint(Challenges& challenges,
                                                     const http::PaddingSize& padding,
                                                     const base::Clock& clock,
                                                     base::Random& random) {
  return std::make_unique<ChallengeEndpoint>(challenges, http::UsablePadding(padding), clock,
                                             random);
}

}  // namespace enks::attestation
