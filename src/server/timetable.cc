#include "server/timetable.h"

#include <algorithm>
#include <cstdint>

namespace enks::server {
namespace {

Timetable::Time FirstWait(std::chrono::seconds every, base::Random& random) {
  const Timetable::Time spread = std::min(every, kFirstRunSpread);
  const auto part = random.Below(static_cast<std::uint64_t>(spread.count()));
  return std::min(every, kFirstRunAfter) + Timetable::Time(static_cast<std::int64_t>(part));
}

}  // namespace

std::size_t Timetable::Add(std::chrono::seconds every, FirstRun first, Time now,
                           base::Random& random) {
  const Time wait = first == FirstRun::kSoon ? FirstWait(every, random) : Time(every);
  entries_.push_back({every, now + wait});
  return entries_.size() - 1;
}

std::size_t Timetable::Next() const {
  const auto next = std::ranges::min_element(entries_, {}, &Entry::due);
  return static_cast<std::size_t>(next - entries_.begin());
}

}  // namespace enks::server
