#include "server/health.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace enks::server {
namespace {

constexpr std::chrono::seconds kRemembered{1};

http::Response Answer(bool healthy) {
  http::Response response;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.status = healthy ? 200 : 500;
  response.body = healthy ? R"({"status": "ok"})" : "Internal Server Error\n";
  return response;
}

// Who waits for the probe that runs, and what the last one found. Thread-safe.
class Probe {
 public:
  Probe(std::function<Status()> probe, const base::Clock& clock)
      : probe_(std::move(probe)), clock_(clock) {}

  enum class Next { kAnswered, kWaits, kMustRun };

  // Answers at once if the last outcome is new enough. Otherwise keeps the reply until a probe
  // ends, and says whether its caller has to start one. Each waiting reply is a connection's only
  // one, so http.connections_max bounds their number.
  Next Ask(http::Reply reply) {
    std::unique_lock lock(mutex_);
    if (outcome_ && clock_.Monotonic() - probed_at_ <= kRemembered) {
      const bool healthy = *outcome_;
      lock.unlock();
      reply(Answer(healthy));
      return Next::kAnswered;
    }
    waiting_.push_back(std::move(reply));
    return std::exchange(running_, true) ? Next::kWaits : Next::kMustRun;
  }

  void Run() { End(probe_().ok()); }

  // Answers all who wait; the outcome is remembered.
  void End(bool healthy) {
    std::unique_lock lock(mutex_);
    outcome_ = healthy;
    probed_at_ = clock_.Monotonic();
    running_ = false;
    std::vector<http::Reply> waiting = std::exchange(waiting_, {});
    lock.unlock();
    for (http::Reply& reply : waiting) reply(Answer(healthy));
  }

 private:
  const std::function<Status()> probe_;
  const base::Clock& clock_;
  std::mutex mutex_;
  bool running_ = false;                   // guarded by mutex_
  std::vector<http::Reply> waiting_;       // guarded by mutex_
  std::optional<bool> outcome_;            // guarded by mutex_
  std::chrono::nanoseconds probed_at_{0};  // guarded by mutex_
};

class HealthEndpoint final : public http::Handler {
 public:
  HealthEndpoint(std::function<Status()> probe, base::WorkerPool& worker, const base::Clock& clock)
      : probe_(std::make_shared<Probe>(std::move(probe), clock)), worker_(worker) {}

  void Handle(http::Request, http::Reply reply) override {
    if (probe_->Ask(std::move(reply)) != Probe::Next::kMustRun) return;
    // A worker that takes nothing is stopping, or busy with what it is not for.
    if (!worker_.Submit([probe = probe_] { probe->Run(); })) probe_->End(false);
  }

 private:
  const std::shared_ptr<Probe> probe_;
  base::WorkerPool& worker_;
};

class LivenessEndpoint final : public http::Handler {
 public:
  void Handle(http::Request, http::Reply reply) override { reply(Answer(true)); }
};

}  // namespace

std::unique_ptr<http::Handler> MakeHealthEndpoint(std::function<Status()> probe,
                                                  base::WorkerPool& worker,
                                                  const base::Clock& clock) {
  return std::make_unique<HealthEndpoint>(std::move(probe), worker, clock);
}

std::unique_ptr<http::Handler> MakeLivenessEndpoint() {
  return std::make_unique<LivenessEndpoint>();
}

}  // namespace enks::server
