#include "store/runs/key_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace enks::store::runs {

Result<std::unique_ptr<KeyWriter>> KeyWriter::Start(sql::Database& database,
                                                    const StoreLimits& limits, base::Random& random,
                                                    base::Log& log, KeyLoading loading) {
  auto committer = std::make_unique<Committer>(database, limits, random, log);
  if (loading == KeyLoading::kNow) ENKS_TRY(committer->Load());
  return std::unique_ptr<KeyWriter>(
      new KeyWriter(std::move(committer), limits));  // NOLINT: private
}

KeyWriter::KeyWriter(std::unique_ptr<Committer> committer, const StoreLimits& limits)
    : limits_(limits), committer_(std::move(committer)), stats_(committer_->stats()) {
  thread_ = std::thread([this] { Run(); });
}

KeyWriter::~KeyWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void KeyWriter::Submit(KeyUpload upload, Store::UploadDone done) {
  if (Status status = CheckStorable(upload.keys); !status.ok()) return done(std::move(status));
  if (!TryQueue(upload, done)) {
    return done(absl::ResourceExhaustedError("too many uploads are waiting"));
  }
  wake_.notify_one();
}

// Takes both arguments unless the queue is full.
bool KeyWriter::TryQueue(KeyUpload& upload, Store::UploadDone& done) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= limits_.queue_uploads_max) return false;
  queue_.push_back({std::move(upload), std::move(done)});
  return true;
}

KeyWriter::Stats KeyWriter::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

// The work is taken only when the transaction has the writers' lock: what comes in while another
// process holds it shares the commit.
void KeyWriter::Run() {
  while (AwaitWork()) {
    const Status begun = committer_->Begin();
    std::vector<Waiting> work = TakeWork();
    std::vector<Result<UploadOutcome>> outcomes = StoreWork(begun, work);
    ENKS_CHECK(outcomes.size() == work.size());
    {
      const std::lock_guard lock(mutex_);
      stats_ = committer_->stats();
    }
    for (std::size_t i = 0; i < work.size(); ++i) work[i].done(std::move(outcomes[i]));
  }
}

// False once the writer is to stop and nothing is queued any more.
bool KeyWriter::AwaitWork() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  return !queue_.empty();
}

std::vector<KeyWriter::Waiting> KeyWriter::TakeWork() {
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(
      std::min(queue_.size(), std::max<std::size_t>(limits_.commit_uploads_max, 1)));
  const auto end = queue_.begin() + count;
  std::vector<Waiting> work(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return work;
}

std::vector<Result<UploadOutcome>> KeyWriter::StoreWork(const Status& begun,
                                                        const std::vector<Waiting>& work) {
  if (!begun.ok()) return std::vector<Result<UploadOutcome>>(work.size(), begun);
  std::vector<const KeyUpload*> uploads;
  uploads.reserve(work.size());
  for (const Waiting& waiting : work) uploads.push_back(&waiting.upload);
  return committer_->Commit(uploads);
}

}  // namespace enks::store::runs
