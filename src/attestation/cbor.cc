#include "attestation/cbor.h"

#include <cbor.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace enks::attestation {
namespace {

using base::ByteView;

Status Broken(const char* what) {
  return absl::InvalidArgumentError(what);
}

// What libcbor's streaming decoder says of the next head. It is used because it allocates nothing:
// libcbor's cbor_load() makes room for as many items as a head of nine bytes promises.
struct Head {
  enum class Kind : std::uint8_t {
    kUnsigned,
    kNegative,
    kBytes,
    kText,
    kBytesInPieces,
    kTextInPieces,
    kArray,
    kArrayUntilBreak,
    kMap,
    kMapUntilBreak,
    kBreak,
    kOther,
  };
  Kind kind = Kind::kOther;
  std::uint64_t number = 0;  // also the count of kArray and kMap
  ByteView bytes;
};

template <Head::Kind kKind, typename... Number>
void NoteNumber(void* head, Number... number) {
  *static_cast<Head*>(head) = {kKind, (std::uint64_t{0} + ... + number), {}};
}

template <Head::Kind kKind>
void NoteBytes(void* head, cbor_data data, std::size_t size) {
  *static_cast<Head*>(head) = {kKind, 0, {data, size}};
}

// Everything that is not named here leaves the head at kOther.
cbor_callbacks Callbacks() {
  using Kind = Head::Kind;
  cbor_callbacks callbacks = cbor_empty_callbacks;
  callbacks.uint8 = NoteNumber<Kind::kUnsigned, std::uint8_t>;
  callbacks.uint16 = NoteNumber<Kind::kUnsigned, std::uint16_t>;
  callbacks.uint32 = NoteNumber<Kind::kUnsigned, std::uint32_t>;
  callbacks.uint64 = NoteNumber<Kind::kUnsigned, std::uint64_t>;
  callbacks.negint8 = NoteNumber<Kind::kNegative, std::uint8_t>;
  callbacks.negint16 = NoteNumber<Kind::kNegative, std::uint16_t>;
  callbacks.negint32 = NoteNumber<Kind::kNegative, std::uint32_t>;
  callbacks.negint64 = NoteNumber<Kind::kNegative, std::uint64_t>;
  callbacks.byte_string = NoteBytes<Kind::kBytes>;
  callbacks.string = NoteBytes<Kind::kText>;
  callbacks.byte_string_start = NoteNumber<Kind::kBytesInPieces>;
  callbacks.string_start = NoteNumber<Kind::kTextInPieces>;
  callbacks.array_start = NoteNumber<Kind::kArray, std::size_t>;
  callbacks.indef_array_start = NoteNumber<Kind::kArrayUntilBreak>;
  callbacks.map_start = NoteNumber<Kind::kMap, std::size_t>;
  callbacks.indef_map_start = NoteNumber<Kind::kMapUntilBreak>;
  callbacks.indef_break = NoteNumber<Kind::kBreak>;
  return callbacks;
}

bool SameKey(const CborItem& a, const CborItem& b) {
  return a.kind == b.kind && a.integer == b.integer && a.bytes == b.bytes;
}

class Decoder {
 public:
  explicit Decoder(ByteView bytes) : left_(bytes) {}

  Status Read(CborItem& out) {
    ENKS_ASSIGN(const Head head, Next());
    ENKS_TRY(ReadItem(head, 1, out));
    return left_.empty() ? absl::OkStatus() : Broken("CBOR: bytes behind the item");
  }

 private:
  Result<Head> Next();
  Status ReadItem(const Head& head, std::size_t depth, CborItem& out);
  Status ReadInteger(const Head& head, CborItem& out);
  Status ReadPieces(Head::Kind piece, CborItem& out);
  Status ReadItems(const Head& head, std::size_t depth, CborItem& out);

  ByteView left_;
  std::size_t items_ = 0;
};

Result<Head> Decoder::Next() {
  static const cbor_callbacks callbacks = Callbacks();
  if (++items_ > kCborItemsMax) return Broken("CBOR: too many items");
  Head head;
  const cbor_decoder_result result =
      cbor_stream_decode(left_.data(), left_.size(), &callbacks, &head);
  if (result.status != CBOR_DECODER_FINISHED) return Broken("CBOR: not an item, or half of one");
  left_ = left_.subspan(result.read);
  return head;
}

Status Decoder::ReadItem(const Head& head, std::size_t depth, CborItem& out) {
  using Kind = Head::Kind;
  if (depth > kCborDepthMax) return Broken("CBOR: nested too deeply");
  switch (head.kind) {
    case Kind::kUnsigned:
    case Kind::kNegative:
      return ReadInteger(head, out);
    case Kind::kBytes:
    case Kind::kText:
      out.kind = head.kind == Kind::kBytes ? CborKind::kBytes : CborKind::kText;
      out.bytes.assign(head.bytes.begin(), head.bytes.end());
      return absl::OkStatus();
    case Kind::kBytesInPieces:
      out.kind = CborKind::kBytes;
      return ReadPieces(Kind::kBytes, out);
    case Kind::kTextInPieces:
      out.kind = CborKind::kText;
      return ReadPieces(Kind::kText, out);
    case Kind::kArray:
    case Kind::kArrayUntilBreak:
      out.kind = CborKind::kArray;
      return ReadItems(head, depth, out);
    case Kind::kMap:
    case Kind::kMapUntilBreak:
      out.kind = CborKind::kMap;
      return ReadItems(head, depth, out);
    case Kind::kBreak:
    case Kind::kOther:
      break;
  }
  return Broken("CBOR: an item of a type that is not taken");
}

// RFC 8949 section 3.1: a negative integer is -1 minus the number in its head.
Status Decoder::ReadInteger(const Head& head, CborItem& out) {
  if (head.number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return Broken("CBOR: an integer beyond 63 bits");
  }
  const auto number = static_cast<std::int64_t>(head.number);
  out.kind = CborKind::kInteger;
  out.integer = head.kind == Head::Kind::kUnsigned ? number : -1 - number;
  return absl::OkStatus();
}

// RFC 8949 section 3.2.3: pieces are strings of the same type and of definite length.
Status Decoder::ReadPieces(Head::Kind piece, CborItem& out) {
  while (true) {
    ENKS_ASSIGN(const Head head, Next());
    if (head.kind == Head::Kind::kBreak) return absl::OkStatus();
    if (head.kind != piece) return Broken("CBOR: a piece of a string that is none");
    out.bytes.insert(out.bytes.end(), head.bytes.begin(), head.bytes.end());
  }
}

// The elements of an array, or keys and values. Nothing is allocated for a count: items are read
// until there are as many, or there is a break, or the limit ends it.
Status Decoder::ReadItems(const Head& head, std::size_t depth, CborItem& out) {
  using Kind = Head::Kind;
  const bool is_map = out.kind == CborKind::kMap;
  const bool is_counted = head.kind == Kind::kArray || head.kind == Kind::kMap;
  if (is_counted && head.number > kCborItemsMax) return Broken("CBOR: too many items");
  const std::uint64_t count = is_map ? 2 * head.number : head.number;
  while (!is_counted || out.items.size() < count) {
    ENKS_ASSIGN(const Head next, Next());
    const bool is_key = is_map && out.items.size() % 2 == 0;
    if (!is_counted && next.kind == Kind::kBreak) {
      return is_map && !is_key ? Broken("CBOR: a key without a value") : absl::OkStatus();
    }
    CborItem item;
    ENKS_TRY(ReadItem(next, depth + 1, item));
    if (is_key) {
      if (item.kind != CborKind::kText && item.kind != CborKind::kInteger) {
        return Broken("CBOR: a key that is neither text nor integer");
      }
      for (std::size_t i = 0; i < out.items.size(); i += 2) {
        if (SameKey(out.items[i], item)) return Broken("CBOR: a key that comes twice");
      }
    }
    out.items.push_back(std::move(item));
  }
  return absl::OkStatus();
}

template <typename Matches>
const CborItem* FindKey(const CborItem& map, Matches&& matches) {
  if (map.kind != CborKind::kMap) return nullptr;
  for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (matches(map.items[i])) return &map.items[i + 1];
  }
  return nullptr;
}

}  // namespace

const CborItem* CborItem::Find(std::string_view key) const {
  return FindKey(*this, [&](const CborItem& item) {
    return item.kind == CborKind::kText && base::AsText(item.bytes) == key;
  });
}

const CborItem* CborItem::Find(std::int64_t key) const {
  return FindKey(*this, [&](const CborItem& item) {
    return item.kind == CborKind::kInteger && item.integer == key;
  });
}

Result<CborItem> ReadCbor(ByteView bytes) {
  CborItem item;
  ENKS_TRY(Decoder(bytes).Read(item));
  return item;
}

}  // namespace enks::attestation
