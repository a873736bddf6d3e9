#include "exports/triggers.h"

#include <atomic>
#include <utility>

#include "json/writer.h"

namespace enks::exports {
namespace {

// The reference ends error answers with a newline, but not the good one.
http::Response JsonAnswer(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = std::move(body);
  return response;
}

http::Response ErrorAnswer(int status, std::string_view reason) {
  json::Writer writer;
  writer.BeginObject().Name("error").Text(reason).EndObject();
  return JsonAnswer(status, std::move(writer).Take() + "\n");
}

http::Response OutcomeAnswer(const Status& outcome) {
  if (outcome.ok()) return JsonAnswer(200, R"({"ok":true})");
  json::Writer writer;
  writer.BeginObject().Name("errors").BeginArray().Text(MessageOf(outcome)).EndArray().EndObject();
  return JsonAnswer(500, std::move(writer).Take() + "\n");
}

// The job itself, which may outlive its handler: a task that was handed over holds it.
struct TriggeredJob {
  explicit TriggeredJob(std::function<Status()> job) : run(std::move(job)) {}

  const std::function<Status()> run;
  std::atomic<bool> running = false;
};

// One request that made the job run. Whatever becomes of its task, also if it is dropped unrun, the
// request is answered once and the job may run again.
class TriggeredRun {
 public:
  TriggeredRun(std::shared_ptr<TriggeredJob> job, http::Reply reply)
      : job_(std::move(job)), reply_(std::move(reply)) {}
  TriggeredRun(const TriggeredRun&) = delete;
  TriggeredRun& operator=(const TriggeredRun&) = delete;

  ~TriggeredRun() {
    if (reply_) End(ErrorAnswer(503, "the server is busy or stopping, try again later"));
  }

  void Run() { End(OutcomeAnswer(job_->run())); }

 private:
  // Another run is possible before the client hears of this one, so that "ask again when it has
  // answered" always works.
  void End(http::Response response) {
    job_->running = false;
    std::exchange(reply_, nullptr)(std::move(response));
  }

  const std::shared_ptr<TriggeredJob> job_;
  http::Reply reply_;
};

class JobTrigger final : public http::Handler {
 public:
  JobTrigger(std::shared_ptr<TriggeredJob> job, Executor executor)
      : job_(std::move(job)), executor_(std::move(executor)) {}

  void Handle(http::Request, http::Reply reply) override {
    if (job_->running.exchange(true)) {
      reply(ErrorAnswer(200, "too early"));
      return;
    }
    const auto run = std::make_shared<TriggeredRun>(job_, std::move(reply));
    executor_([run] { run->Run(); });
  }

 private:
  const std::shared_ptr<TriggeredJob> job_;
  const Executor executor_;
};

}  // namespace

std::unique_ptr<http::Handler> MakeJobTrigger(std::function<Status()> job, Executor executor) {
  return std::make_unique<JobTrigger>(std::make_shared<TriggeredJob>(std::move(job)),
                                      std::move(executor));
}

}  // namespace enks::exports
