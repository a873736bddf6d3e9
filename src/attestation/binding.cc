#include "attestation/binding.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "base/base64.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using base::ByteView;

// With its NUL, so that no other message of ours can begin like this one.
constexpr std::string_view kDomainTag("EN-publish-attest/1\0", 20);
constexpr std::size_t kKeyDataBytes = 16;

// 16 bytes of key data and three numbers; compared as unsigned bytes.
using KeyRecord = std::array<std::uint8_t, kKeyDataBytes + 3 * 4>;

std::array<std::uint8_t, 4> BigEndian(std::uint32_t number) {
  return {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
          static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

class MessageWriter {
 public:
  void Raw(ByteView bytes) { message_.insert(message_.end(), bytes.begin(), bytes.end()); }
  void Number(std::uint32_t number) { Raw(BigEndian(number)); }
  void Counted(ByteView bytes) {
    Number(static_cast<std::uint32_t>(bytes.size()));
    Raw(bytes);
  }
  void Counted(std::string_view text) { Counted(base::AsBytes(text)); }
  Bytes Take() && { return std::move(message_); }

 private:
  Bytes message_;
};

std::optional<KeyRecord> RecordOf(const BoundKey& key) {
  const auto data = base::FromAnyBase64(key.key);
  if (!data || data->size() != kKeyDataBytes) return std::nullopt;
  KeyRecord record{};
  auto at = std::ranges::copy(*data, record.begin()).out;
  for (const std::int64_t number :
       {std::int64_t{key.rolling_start}, std::int64_t{key.rolling_period}, key.transmission_risk}) {
    if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    at = std::ranges::copy(BigEndian(static_cast<std::uint32_t>(number)), at).out;
  }
  return record;
}

std::optional<std::vector<KeyRecord>> SortedRecords(const std::vector<BoundKey>& keys) {
  std::vector<KeyRecord> records;
  for (const BoundKey& key : keys) {
    const auto record = RecordOf(key);
    if (!record) return std::nullopt;
    records.push_back(*record);
  }
  std::ranges::sort(records);
  return records;
}

std::vector<std::string> SortedRegions(const std::vector<std::string>& regions) {
  std::vector<std::string> upper = regions;
  for (std::string& region : upper) {
    for (char& c : region) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
  }
  std::ranges::sort(upper);
  return upper;
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += ',';
    text += part;
  }
  return text;
}

std::string LegacyKey(const BoundKey& key) {
  return key.key + '.' + std::to_string(key.rolling_start) + '.' +
         std::to_string(key.rolling_period) + '.' + std::to_string(key.transmission_risk);
}

// The server sorted keys by their base64, the Android app the finished parts. Where a base64 comes
// twice only the app's order is defined, so that one decides.
std::vector<std::string> LegacyKeys(std::vector<BoundKey> keys) {
  std::ranges::sort(keys, [](const BoundKey& a, const BoundKey& b) {
    return a.key != b.key ? a.key < b.key : LegacyKey(a) < LegacyKey(b);
  });
  std::vector<std::string> parts;
  for (const BoundKey& key : keys) parts.push_back(LegacyKey(key));
  return parts;
}

}  // namespace

std::optional<Bytes> BoundMessage(Scheme scheme, const BoundUpload& upload) {
  const auto keys = SortedRecords(upload.keys);
  const auto hmac_key = base::FromAnyBase64(upload.hmac_key);
  const auto challenge = base::FromAnyBase64(upload.challenge);
  if (!keys || !hmac_key || !challenge || upload.symptom_onset < 0) return std::nullopt;
  const std::vector<std::string> regions = SortedRegions(upload.regions);

  MessageWriter message;
  message.Raw(base::AsBytes(kDomainTag));
  message.Counted(SchemeId(scheme));
  message.Counted(upload.app_package_name);
  message.Counted(upload.health_authority_id);
  message.Number(static_cast<std::uint32_t>(regions.size()));
  for (const std::string& region : regions) message.Counted(region);
  message.Number(static_cast<std::uint32_t>(keys->size()));
  for (const KeyRecord& key : *keys) message.Raw(key);
  message.Counted(upload.verification_payload);
  message.Counted(*hmac_key);
  message.Number(static_cast<std::uint32_t>(upload.symptom_onset));
  message.Raw(std::array<std::uint8_t, 1>{upload.traveler ? std::uint8_t{1} : std::uint8_t{0}});
  message.Counted(upload.revision_token);
  message.Counted(*challenge);
  return std::move(message).Take();
}

std::optional<crypto::Sha256Digest> BindingOf(Scheme scheme, const BoundUpload& upload) {
  const auto message = BoundMessage(scheme, upload);
  if (!message) return std::nullopt;
  return crypto::Sha256(*message);
}

std::string LegacyNonce(const BoundUpload& upload) {
  const std::string clear_text = upload.app_package_name + '|' + Joined(LegacyKeys(upload.keys)) +
                                 '|' + Joined(SortedRegions(upload.regions)) + '|' +
                                 upload.verification_payload;
  return base::ToBase64(crypto::Sha256(base::AsBytes(clear_text)));
}

}  // namespace enks::attestation
