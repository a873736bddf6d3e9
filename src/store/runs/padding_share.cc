#include "store/runs/padding_share.h"

#include "exposure/recall.h"

namespace enks::store::runs {

using exposure::KeyData;

void PaddingShare::Add(const Origin& origin, const KeyData& key, State state) {
  Place& place = places_[{origin.regions, origin.traveler}];
  if (!origin.generated) {
    ++place.real;
    place.real_revoked += state == State::kRevoked ? 1 : 0;
  } else if (state == State::kStands) {
    place.padding.push_back(key);
  } else {
    ++place.padding_revoked;
  }
}

std::vector<KeyData> PaddingShare::Choose(base::Random& random) && {
  std::vector<KeyData> chosen;
  for (auto& [where, place] : places_) {
    if (place.real == 0) continue;
    const auto padding = static_cast<std::int64_t>(place.padding.size());
    const std::int64_t wanted =
        exposure::RecalledPadding(padding + place.padding_revoked, place.real_revoked, place.real);
    base::Shuffle(place.padding, random);
    for (std::int64_t i = 0; i < wanted - place.padding_revoked; ++i) {
      chosen.push_back(place.padding[static_cast<std::size_t>(i)]);
    }
  }
  return chosen;
}

}  // namespace enks::store::runs
