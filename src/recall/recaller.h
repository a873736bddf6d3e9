#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace enks::recall {

inline constexpr std::size_t kTextBytesMax = 1000;

// kInvalidArgument, naming `what`, unless the text can stand in the record: one line, not blank.
Status CheckText(std::string_view what, std::string_view text);

// Carries out recalls and keeps their record. What it is handed outlives it.
class Recaller {
 public:
  // `truncate_window` is publish.truncate_window: a recall is released like an upload of its time.
  Recaller(store::Store& store, const base::Clock& clock, std::chrono::seconds truncate_window)
      : store_(store), clock_(clock), truncate_window_(truncate_window) {}

  // Records `request` (who, why, what), carries it out and records its end. Returns the record,
  // with the release time of the revisions apart. After a failure the record stays and says that
  // the recall is not finished; run it again, and what is missing is done.
  struct Outcome {
    store::Recall recall;
    base::UnixTime release_at;
  };
  Result<Outcome> Run(store::Recall request, const store::RecallProgress& progress);

 private:
  store::Store& store_;
  const base::Clock& clock_;
  const std::chrono::seconds truncate_window_;
};

}  // namespace enks::recall
