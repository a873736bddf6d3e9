#include "phone/population.h"

namespace enks::phone {
namespace {

// Phones of all kinds, without a draw, so that a seed tells the same story whether they are asked
// to prove themselves or not.
attestation::Scheme SchemeOf(int phone) {
  return static_cast<attestation::Scheme>(phone % attestation::kSchemeCount);
}

}  // namespace

Population::Population(const Plan& plan, std::uint64_t seed)
    : plan_(plan), random_(seed), next_midnight_(plan.start) {
  for (int i = 0; i < plan.phones; ++i) phones_.emplace_back(random_, SchemeOf(i));
}

void Population::LiveUntil(UnixTime now) {
  while (next_meeting_ < plan_.meetings.size()) {
    const Meeting& meeting = plan_.meetings[next_meeting_];
    const UnixTime at = exposure::StartOf(meeting.at);
    if (at > now) break;
    RollKeysUntil(at);
    Meet(meeting);
    ++next_meeting_;
  }
  RollKeysUntil(now);
}

// A phone has a key for each day, whether it met anybody or not.
void Population::RollKeysUntil(UnixTime now) {
  for (; next_midnight_ <= now; next_midnight_ += std::chrono::days(1)) {
    for (Phone& phone : phones_) phone.RollKey(exposure::IntervalAt(next_midnight_));
  }
}

void Population::Meet(const Meeting& meeting) {
  Hear(meeting.first, meeting.second, meeting.at);
  Hear(meeting.second, meeting.first, meeting.at);
}

void Population::Hear(int listener, int sender, Interval at) {
  const Interval heard{at.number + plan_.skew[static_cast<std::size_t>(listener)]};
  phone(listener).Hear(phone(sender).Broadcast(at), heard);
  encounters_.push_back({.listener = listener, .sender = sender, .sent = at, .heard = heard});
}

}  // namespace enks::phone
