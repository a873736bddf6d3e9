#include <algorithm>

#include "base/check.h"
#include "input.h"
#include "phone/index_follower.h"

namespace enks::fuzz {

// An index.txt as a phone follows it, and the state a phone keeps between two looks.
void Run(base::ByteView bytes) {
  const std::string_view text = base::AsText(bytes);
  phone::IndexFollower follower;
  const phone::IndexFollower::Plan plan = follower.Follow(text);
  ENKS_CHECK(std::is_sorted(plan.names.begin(), plan.names.end()));
  ENKS_CHECK(plan.names.size() <= phone::kIndexLinesMax);
  for (const std::string& name : plan.names) {
    ENKS_CHECK(!name.empty() && name.size() <= phone::kFileNameBytesMax);
    follower.Done(name);
  }
  ENKS_CHECK(follower.Follow(text).names.empty());
  const auto again = phone::IndexFollower::FromText(follower.ToText());
  ENKS_CHECK(again.ok() && again->ToText() == follower.ToText());
  (void)phone::IndexFollower::FromText(text);
}

}  // namespace enks::fuzz
