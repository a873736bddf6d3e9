#include "server/health.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

namespace enks::server {
namespace {

http::Response Answer(bool healthy) {
  http::Response response;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.status = healthy ? 200 : 500;
  response.body = healthy ? R"({"status": "ok"})" : "Internal Server Error\n";
  return response;
}

class HealthEndpoint final : public http::Handler {
 public:
  HealthEndpoint(std::function<Status()> probe, base::WorkerPool& workers, const base::Clock& clock)
      : state_(std::make_shared<State>(std::move(probe), clock)), workers_(workers) {}

  void Handle(http::Request, http::Reply reply) override {
    if (const auto remembered = state_->Remembered()) {
      reply(Answer(*remembered));
      return;
    }
    // The reply travels in a shared pointer because a refused task gives it back to nobody.
    auto shared = std::make_shared<http::Reply>(std::move(reply));
    const bool accepted =
        workers_.Submit([state = state_, shared] { (*shared)(Answer(state->Probe())); });
    if (!accepted) (*shared)(Answer(false));
  }

 private:
  class State {
   public:
    State(std::function<Status()> probe, const base::Clock& clock)
        : probe_(std::move(probe)), clock_(clock) {}

    std::optional<bool> Remembered() {
      const std::lock_guard lock(mutex_);
      if (!outcome_ || clock_.Monotonic() - probed_at_ > std::chrono::seconds(1)) {
        return std::nullopt;
      }
      return outcome_;
    }

    bool Probe() {
      const bool healthy = probe_().ok();
      const std::lock_guard lock(mutex_);
      outcome_ = healthy;
      probed_at_ = clock_.Monotonic();
      return healthy;
    }

   private:
    const std::function<Status()> probe_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::optional<bool> outcome_;            // guarded by mutex_
    std::chrono::nanoseconds probed_at_{0};  // guarded by mutex_
  };

  const std::shared_ptr<State> state_;
  base::WorkerPool& workers_;
};

class LivenessEndpoint final : public http::Handler {
 public:
  void Handle(http::Request, http::Reply reply) override { reply(Answer(true)); }
};

}  // namespace

std::unique_ptr<http::Handler> MakeHealthEndpoint(std::function<Status()> probe,
                                                  base::WorkerPool& workers,
                                                  const base::Clock& clock) {
  return std::make_unique<HealthEndpoint>(std::move(probe), workers, clock);
}

std::unique_ptr<http::Handler> MakeLivenessEndpoint() {
  return std::make_unique<LivenessEndpoint>();
}

}  // namespace enks::server
