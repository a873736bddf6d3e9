#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/random.h"
#include "phone/phone.h"
#include "phone/plan.h"

namespace enks::phone {

// What really happened, as nobody but the simulation knows it: one phone heard another.
struct Encounter {
  int listener = 0;
  int sender = 0;
  Interval sent;   // by true time
  Interval heard;  // by the listener's clock
};

// All phones of a plan and their lives. Not thread-safe. `plan` outlives the population.
class Population {
 public:
  explicit Population(const Plan& plan, std::uint64_t seed);
  Population(const Population&) = delete;
  Population& operator=(const Population&) = delete;

  // Lets every meeting happen that has begun by `now`. Time does not go back.
  void LiveUntil(UnixTime now);

  int size() const { return static_cast<int>(phones_.size()); }
  Phone& phone(int index) { return phones_[static_cast<std::size_t>(index)]; }
  const std::vector<Encounter>& encounters() const { return encounters_; }

 private:
  void RollKeysUntil(UnixTime now);
  void Meet(const Meeting& meeting);
  void Hear(int listener, int sender, Interval at);

  const Plan& plan_;
  base::SeededRandom random_;
  std::deque<Phone> phones_;
  std::vector<Encounter> encounters_;
  std::size_t next_meeting_ = 0;
  UnixTime next_midnight_;
};

}  // namespace enks::phone
