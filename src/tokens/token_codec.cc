#include "tokens/token_codec.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "base/check.h"
#include "crypto/aes.h"
#include "wire/revision_token.pb.h"

namespace enks::tokens {
namespace {

using exposure::RevisableKey;

// Every entry is serialized to so many bytes: tag, length and 16 bytes of key; two numbers of at
// most five bytes, each behind its tag (ReadEntries lets no negative number in, which takes ten);
// tag and length of the filling, and a byte of it.
constexpr std::size_t kEntryBytes = 18 + 6 + 6 + 3;

void AddEntry(wire::RevisionTokenData& data, const RevisableKey& entry) {
  wire::RevisableKey& added = *data.add_keys();
  added.set_key_data(entry.key.bytes().data(), entry.key.bytes().size());
  added.set_rolling_start(entry.rolling_start);
  added.set_rolling_period(entry.rolling_period);
  const std::size_t without = added.ByteSizeLong();
  ENKS_CHECK(without + 2 < kEntryBytes);
  added.set_filling(std::string(kEntryBytes - without - 2, '\0'));
}

std::string Serialize(const std::vector<RevisableKey>& entries, std::size_t entries_min) {
  wire::RevisionTokenData data;
  const std::size_t count = std::min(entries.size(), kTokenEntriesMax);
  for (auto entry = entries.end() - static_cast<std::ptrdiff_t>(count); entry != entries.end();
       ++entry) {
    AddEntry(data, *entry);
  }
  const std::size_t step = std::max<std::size_t>(entries_min, 1);
  while (data.keys_size() % static_cast<int>(step) != 0) AddEntry(data, RevisableKey());
  return data.SerializeAsString();
}

std::optional<std::int64_t> ParseKeyId(const std::string& text) {
  std::int64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc() || rest != end) return std::nullopt;
  return id;
}

Result<RevisableKey> ReadEntry(const wire::RevisableKey& entry) {
  const auto key = exposure::KeyData::From(base::AsBytes(entry.key_data()));
  if (!key) return absl::InvalidArgumentError("an entry's key is not 16 bytes long");
  if (entry.rolling_start() < 0 || entry.rolling_period() < 0) {
    return absl::InvalidArgumentError("an entry has a negative interval");
  }
  return RevisableKey{*key, entry.rolling_start(), entry.rolling_period()};
}

Result<std::vector<RevisableKey>> ReadEntries(base::ByteView plaintext) {
  wire::RevisionTokenData data;
  if (!data.ParseFromArray(plaintext.data(), static_cast<int>(plaintext.size()))) {
    return absl::InvalidArgumentError("the sealed part is no list of keys");
  }
  std::vector<RevisableKey> entries;
  for (const wire::RevisableKey& entry : data.keys()) {
    if (entry.rolling_start() == 0 && entry.rolling_period() == 0) continue;
    ENKS_ASSIGN(entries.emplace_back(), ReadEntry(entry));
  }
  return entries;
}

}  // namespace

std::string SealToken(const std::vector<RevisableKey>& entries, std::int64_t key_id,
                      const base::SecretBytes& key, base::ByteView additional,
                      std::size_t entries_min, base::Random& random) {
  ENKS_CHECK(!entries.empty());
  std::array<std::uint8_t, 12> nonce;
  random.Fill(nonce);
  const std::string plaintext = Serialize(entries, entries_min);
  const base::Bytes sealed =
      crypto::Aes256GcmSeal(key.Expose(), nonce, base::AsBytes(plaintext), additional);
  wire::RevisionToken token;
  token.set_key_id(fmt::format("{}", key_id));
  token.set_data(sealed.data(), sealed.size());
  return base::ToBase64(base::AsBytes(token.SerializeAsString()));
}

Result<std::vector<RevisableKey>> OpenToken(base::ByteView token, const TokenKeys& keys,
                                            const std::vector<base::Bytes>& additionals) {
  wire::RevisionToken envelope;
  if (!envelope.ParseFromArray(token.data(), static_cast<int>(token.size()))) {
    return absl::InvalidArgumentError("not the form of a revision token");
  }
  const std::optional<std::int64_t> id = ParseKeyId(envelope.key_id());
  if (!id) return absl::InvalidArgumentError("a revision token names no key");
  const auto key = keys.find(*id);
  if (key == keys.end()) return absl::NotFoundError("a revision token's key is gone or unknown");
  for (const base::Bytes& additional : additionals) {
    const auto plaintext =
        crypto::Aes256GcmOpen(key->second.Expose(), base::AsBytes(envelope.data()), additional);
    if (plaintext) return ReadEntries(*plaintext);
  }
  return absl::UnauthenticatedError("a revision token was changed, or sealed for another app");
}

}  // namespace enks::tokens
