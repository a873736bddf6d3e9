#include "tokens/revision_tokens.h"

#include <utility>

#include "base/base64.h"
#include "tokens/revision_keys.h"

namespace enks::tokens {
namespace {

// Between the operator's constant and an app's name, so that no constant with a name appended is
// another constant with another name.
constexpr std::string_view kAppMark("\0enks app\0", 10);

bool HasSameIds(const std::vector<store::RevisionKey>& one,
                const std::vector<store::RevisionKey>& other) {
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i].id != other[i].id) return false;
  }
  return true;
}

}  // namespace

RevisionTokens::RevisionTokens(TokenOptions options, store::Store& store,
                               secrets::SealingKeyManager& sealing_keys, const base::Clock& clock,
                               base::Random& random)
    : options_(std::move(options)),
      store_(store),
      sealing_keys_(sealing_keys),
      clock_(clock),
      random_(random) {}

Result<std::vector<store::RevisionKey>> RevisionTokens::ReadOrMakeFirst() {
  ENKS_ASSIGN(std::vector<store::RevisionKey> rows, store_.RevisionKeys());
  if (!rows.empty()) return rows;
  ENKS_ASSIGN(const auto sealer, sealing_keys_.OpenSealer(options_.sealing_key));
  const Status added = AddRevisionKey(store_, *sealer, random_, clock_.Now(), 0).status();
  // Aborted: another process has made it meanwhile.
  if (!added.ok() && !absl::IsAborted(added)) return added;
  return store_.RevisionKeys();
}

Status RevisionTokens::Refresh() {
  ENKS_ASSIGN(std::vector<store::RevisionKey> rows, ReadOrMakeFirst());
  if (rows.empty()) return absl::UnavailableError("there is no revision key yet");
  const std::shared_ptr<const Ring> old = Current();
  if (old != nullptr && HasSameIds(old->rows, rows)) return absl::OkStatus();
  ENKS_ASSIGN(std::shared_ptr<const Ring> next, OpenRing(std::move(rows)));
  const std::lock_guard lock(mutex_);
  current_.swap(next);  // the old ring is freed after the lock, or by its last reader
  return absl::OkStatus();
}

// With the sealing key as it is now: a version that was added since the start may have sealed rows.
Result<std::shared_ptr<const RevisionTokens::Ring>> RevisionTokens::OpenRing(
    std::vector<store::RevisionKey> rows) {
  ENKS_ASSIGN(const auto sealer, sealing_keys_.OpenSealer(options_.sealing_key));
  auto ring = std::make_shared<Ring>();
  for (const store::RevisionKey& row : rows) {
    ENKS_ASSIGN(base::SecretBytes key, OpenRevisionKey(row, *sealer));
    ring->keys.emplace(row.id, std::move(key));
  }
  ring->rows = std::move(rows);
  return std::shared_ptr<const Ring>(std::move(ring));
}

std::shared_ptr<const RevisionTokens::Ring> RevisionTokens::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

// The newest key that every process has had time to read. While all are younger than that, the
// oldest: it is the one with which tokens have been sealed so far.
const store::RevisionKey& RevisionTokens::EffectiveKey(const Ring& ring) const {
  const base::UnixTime now = clock_.Now();
  for (const store::RevisionKey& row : ring.rows) {
    if (now - row.created_at >= options_.settling) return row;
  }
  return ring.rows.back();
}

base::Bytes RevisionTokens::Bound(std::string_view app) const {
  base::Bytes bound = options_.additional;
  bound.insert(bound.end(), kAppMark.begin(), kAppMark.end());
  bound.insert(bound.end(), app.begin(), app.end());
  return bound;
}

SentToken RevisionTokens::Open(std::string_view text, std::string_view app) const {
  if (text.empty()) return {};
  const std::optional<base::Bytes> token = base::FromAnyBase64(text);
  if (!token) return {};
  const std::shared_ptr<const Ring> ring = Current();
  if (ring == nullptr) return {std::nullopt, true};
  // Tokens of the reference, and of a time when bind_to_app was off, are bound to no app.
  auto entries = OpenToken(*token, ring->keys, {Bound(app), options_.additional});
  if (!entries.ok()) return {std::nullopt, true};
  return {*std::move(entries), false};
}

std::string RevisionTokens::Seal(const std::vector<exposure::RevisableKey>& entries,
                                 std::string_view app) const {
  const std::shared_ptr<const Ring> ring = Current();
  if (entries.empty() || ring == nullptr) return {};
  const std::int64_t id = EffectiveKey(*ring).id;
  return SealToken(entries, id, ring->keys.at(id),
                   options_.bind_to_app ? Bound(app) : options_.additional, options_.entries_min,
                   random_);
}

}  // namespace enks::tokens
