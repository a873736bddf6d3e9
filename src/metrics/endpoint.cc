#include "metrics/endpoint.h"

#include <utility>

namespace enks::metrics {
namespace {

class MetricsEndpoint final : public http::Handler {
 public:
  explicit MetricsEndpoint(const Metrics& metrics) : metrics_(metrics) {}

  void Handle(http::Request request, http::Reply reply) override {
    http::Response response;
    if (request.method != "GET" && request.method != "HEAD") {
      response.status = 405;
      response.headers = {{"Allow", "GET, HEAD"}};
      return reply(std::move(response));
    }
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                        {"Cache-Control", "no-store"}};
    response.body = metrics_.Text();
    if (request.method == "HEAD") {
      response.declared_length = response.body.size();
      response.body.clear();
    }
    reply(std::move(response));
  }

 private:
  const Metrics& metrics_;
};

}  // namespace

std::unique_ptr<http::Handler> MakeMetricsEndpoint(const Metrics& metrics) {
  return std::make_unique<MetricsEndpoint>(metrics);
}

}  // namespace enks::metrics
