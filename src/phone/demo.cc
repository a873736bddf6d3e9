#include "phone/demo.h"

#include <algorithm>
#include <numeric>

namespace enks::phone {
namespace {

// All files stay in memory: a demonstration has few.
constexpr std::size_t kFilesKept = 256;

Plan PlanThePast(PlanOptions options, UnixTime now) {
  options.days = std::clamp(options.days, 2, kDemoDaysMax);
  options.start = exposure::UtcMidnight(now) - std::chrono::days(options.days);
  options.todays_keys = {TodaysKey::kExclude};
  return MakePlan(options);
}

class Demo {
 public:
  Demo(const DemoOptions& options, const ServerAccess& server, const HealthAuthority& authority,
       http::Client& client, const base::Clock& clock, base::Random& random, Wait wait,
       Progress progress)
      : options_(options),
        clock_(clock),
        wait_(std::move(wait)),
        progress_(std::move(progress)),
        plan_(PlanThePast(options.plan, clock.Now())),
        population_(plan_, random.Next64()),
        uploader_(client, server.publish_url, options.retry, random,
                  [this](std::chrono::seconds delay) { wait_(delay); }),
        clinic_(server.app, authority, uploader_, population_, ledger_, report_, random),
        http_feed_(client, server.feed, server.keys),
        poller_(http_feed_, kFilesKept, population_, ledger_, report_) {}

  Report Run() {
    population_.LiveUntil(clock_.Now());
    for (const Diagnosis& diagnosis : plan_.diagnoses) {
      clinic_.Share(diagnosis, clock_.Now());
      clinic_.SendCover(options_.cover_per_upload);
    }
    FollowUntilAllIsOut();
    if (options_.revisions == DemoRevisions::kAfterFirstFiles) {
      for (const Diagnosis& diagnosis : plan_.diagnoses) {
        if (diagnosis.revision) clinic_.Revise(diagnosis, clock_.Now());
      }
      FollowUntilAllIsOut();
    }
    // The wait is bounded by the deadlines, and no meeting is older than 13 days: all is
    // remembered.
    Judge(population_, ledger_, 2 * options_.deadline, report_);
    return report_;
  }

 private:
  void FollowUntilAllIsOut() {
    std::vector<int> all(static_cast<std::size_t>(population_.size()));
    std::iota(all.begin(), all.end(), 0);
    const UnixTime give_up = clock_.Now() + options_.deadline;
    while (true) {
      poller_.Poll(all, clock_.Now());
      progress_(clock_.Now(), report_);
      if (ledger_.NeverExported() == 0 && ledger_.RevisionsNeverExported() == 0) return;
      if (clock_.Now() >= give_up) return;
      wait_(options_.poll_every);
    }
  }

  const DemoOptions& options_;
  const base::Clock& clock_;
  Wait wait_;
  Progress progress_;
  const Plan plan_;
  Population population_;
  Ledger ledger_;
  Report report_;
  Uploader uploader_;
  Clinic clinic_;
  HttpFeed http_feed_;
  Poller poller_;
};

}  // namespace

Report RunDemo(const DemoOptions& options, const ServerAccess& server,
               const HealthAuthority& authority, http::Client& client, const base::Clock& clock,
               base::Random& random, Wait wait, Progress progress) {
  return Demo(options, server, authority, client, clock, random, std::move(wait),
              std::move(progress))
      .Run();
}

}  // namespace enks::phone
