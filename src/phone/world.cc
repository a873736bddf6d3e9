#include "phone/world.h"

#include <algorithm>
#include <numeric>

namespace enks::phone {
namespace {

using std::chrono::hours;

// Seeds of the parts, all from the one of the options.
constexpr std::uint64_t kPhonesSeed = 0x7068'6f6e'6573;
constexpr std::uint64_t kWorldSeed = 0x776f'726c'64;
constexpr std::uint64_t kUploadsSeed = 0x75'706c'6f61'6473;

enum class EventKind { kTick, kShare, kRevise };

struct Event {
  UnixTime at;
  EventKind kind = EventKind::kTick;
  const Diagnosis* diagnosis = nullptr;
};

std::vector<Event> DiagnosisEvents(const Plan& plan) {
  std::vector<Event> events;
  for (const Diagnosis& diagnosis : plan.diagnoses) {
    events.push_back({.at = diagnosis.at, .kind = EventKind::kShare, .diagnosis = &diagnosis});
    if (diagnosis.shares && diagnosis.revision) {
      events.push_back(
          {.at = diagnosis.revision->at, .kind = EventKind::kRevise, .diagnosis = &diagnosis});
    }
  }
  return events;
}

// All that happens, in order: a tick each hour until `drain` after the last diagnosis or meeting.
std::vector<Event> MakeEvents(const Plan& plan, hours drain) {
  std::vector<Event> events = DiagnosisEvents(plan);
  UnixTime end = plan.end;
  for (const Event& event : events) end = std::max(end, event.at);
  for (UnixTime at = plan.start; at <= end + drain; at += hours(1)) events.push_back({.at = at});
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  return events;
}

class World {
 public:
  World(const WorldOptions& options, const ServerAccess& server, const HealthAuthority& authority,
        http::Client& client, Advance advance, Progress progress)
      : options_(options),
        plan_(MakePlan(options.plan)),
        population_(plan_, options.plan.seed ^ kPhonesSeed),
        random_(options.plan.seed ^ kWorldSeed),
        upload_random_(options.plan.seed ^ kUploadsSeed),
        advance_(std::move(advance)),
        progress_(std::move(progress)),
        now_(plan_.start),
        uploader_(client, server.publish_url, options.retry, upload_random_,
                  [this](std::chrono::seconds delay) { PassTo(now_ + delay); }),
        clinic_(server.app, authority, uploader_, population_, ledger_, report_, upload_random_),
        http_feed_(client, server.feed, server.keys),
        poller_(http_feed_, options.files_kept, population_, ledger_, report_),
        skipped_(static_cast<std::size_t>(plan_.phones), false) {}

  Result<Report> Run() {
    for (const Event& event : MakeEvents(plan_, options_.drain)) {
      PassTo(event.at);
      ENKS_TRY(failure_);
      population_.LiveUntil(now_);
      Handle(event);
    }
    // Twice, so that a file that failed the first time is tried again.
    for (int i = 0; i < 2; ++i) poller_.Poll(AllPhones(), now_);
    ENKS_TRY(failure_);
    Judge(population_, ledger_, options_.delivery_max, report_);
    return report_;
  }

 private:
  // The first failure is kept: a callback in the middle of an upload has nobody to return it to.
  void PassTo(UnixTime time) {
    if (!failure_.ok() || time < now_) return;
    now_ = time;
    failure_ = advance_(now_);
  }

  void Handle(const Event& event) {
    switch (event.kind) {
      case EventKind::kTick:
        return Tick();
      case EventKind::kShare:
        clinic_.Share(*event.diagnosis, now_);
        return clinic_.SendCover(options_.cover_per_upload);
      case EventKind::kRevise:
        return clinic_.Revise(*event.diagnosis, now_);
    }
  }

  void Tick() {
    poller_.Poll(PhonesDue(), now_);
    progress_(now_, report_);
  }

  // Phones are spread evenly over the hours of `poll_every`.
  std::vector<int> PhonesDue() {
    const auto turns = std::max<std::int64_t>(options_.poll_every.count(), 1);
    const auto turn = std::chrono::floor<hours>(now_.time_since_epoch()).count() % turns;
    std::vector<int> due;
    for (int i = static_cast<int>(turn); i < plan_.phones; i += static_cast<int>(turns)) {
      const bool skips = !skipped_[static_cast<std::size_t>(i)] &&
                         static_cast<int>(random_.Below(100)) < options_.poll_skipped_percent;
      skipped_[static_cast<std::size_t>(i)] = skips;
      if (!skips) due.push_back(i);
    }
    return due;
  }

  std::vector<int> AllPhones() const {
    std::vector<int> all(static_cast<std::size_t>(plan_.phones));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  const WorldOptions& options_;
  const Plan plan_;
  Population population_;
  Ledger ledger_;
  Report report_;
  base::SeededRandom random_;
  // Apart, because how much is drawn for an upload depends on its length: what else happens is not
  // to depend on whether uploads are attested.
  base::SeededRandom upload_random_;
  Advance advance_;
  Progress progress_;
  UnixTime now_;
  Status failure_;
  Uploader uploader_;
  Clinic clinic_;
  HttpFeed http_feed_;
  Poller poller_;
  std::vector<bool> skipped_;  // by phone: the last look did not happen
};

}  // namespace

Result<Report> SimulateWorld(const WorldOptions& options, const ServerAccess& server,
                             const HealthAuthority& authority, http::Client& client,
                             Advance advance, Progress progress) {
  return World(options, server, authority, client, std::move(advance), std::move(progress)).Run();
}

}  // namespace enks::phone
