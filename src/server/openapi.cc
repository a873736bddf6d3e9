#include "server/openapi.h"

#include <string>

namespace enks::server {
namespace {

class OpenApiEndpoint final : public http::Handler {
 public:
  void Handle(http::Request request, http::Reply reply) override {
    http::Response response;
    if (request.method != "GET" && request.method != "HEAD") {
      response.status = 405;
      response.headers = {{"Allow", "GET, HEAD"}};
      return reply(std::move(response));
    }
    response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "max-age=3600"}};
    if (request.method == "HEAD") {
      response.declared_length = OpenApiText().size();
    } else {
      response.body = OpenApiText();
    }
    reply(std::move(response));
  }
};

}  // namespace

std::unique_ptr<http::Handler> MakeOpenApiEndpoint() {
  return std::make_unique<OpenApiEndpoint>();
}

}  // namespace enks::server
