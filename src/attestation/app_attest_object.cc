#include "attestation/app_attest_object.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "attestation/cbor.h"
#include "attestation/evidence.h"
#include "crypto/der.h"

namespace enks::attestation {
namespace {

using base::Bytes;
using base::ByteView;
using crypto::DerReader;

constexpr std::size_t kHeadBytes = 37;
constexpr std::size_t kChainMin = 2;
constexpr std::size_t kChainMax = 3;
constexpr std::size_t kCoordinateBytes = 32;
constexpr std::string_view kNonceExtension = "1.2.840.113635.100.8.2";

// COSE_Key of RFC 9053 section 7.1: the labels, and the values for ES256 on P-256.
constexpr std::int64_t kCoseType = 1;
constexpr std::int64_t kCoseTypeEc2 = 2;
constexpr std::int64_t kCoseAlgorithm = 3;
constexpr std::int64_t kCoseAlgorithmEs256 = -7;
constexpr std::int64_t kCoseCurve = -1;
constexpr std::int64_t kCoseCurveP256 = 1;
constexpr std::int64_t kCoseX = -2;
constexpr std::int64_t kCoseY = -3;
constexpr std::size_t kCoseMembers = 5;

Status Broken(const char* what) {
  return absl::InvalidArgumentError(what);
}

// Takes bytes of fixed sizes from the front.
class Fields {
 public:
  explicit Fields(ByteView bytes) : left_(bytes) {}

  Result<ByteView> Take(std::size_t size) {
    if (left_.size() < size) return Broken("authenticator data that is too short");
    const ByteView taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }
  template <std::size_t kSize>
  Status Take(std::array<std::uint8_t, kSize>& out) {
    ENKS_ASSIGN(const ByteView taken, Take(kSize));
    std::ranges::copy(taken, out.begin());
    return absl::OkStatus();
  }
  ByteView Rest() const { return left_; }

 private:
  ByteView left_;
};

// rpIdHash (32), flags (1), counter (4, big-endian).
Status ReadHead(Fields& fields, AuthenticatorHead& head) {
  ENKS_TRY(fields.Take(head.app_id_hash));
  ENKS_ASSIGN(const ByteView flags, fields.Take(1));
  ENKS_ASSIGN(const ByteView counter, fields.Take(4));
  head.flags = flags[0];
  head.counter = std::uint32_t{counter[0]} << 24 | std::uint32_t{counter[1]} << 16 |
                 std::uint32_t{counter[2]} << 8 | std::uint32_t{counter[3]};
  return absl::OkStatus();
}

const CborItem* FindOf(CborKind kind, const CborItem& map, auto key) {
  const CborItem* item = map.Find(key);
  return item != nullptr && item->kind == kind ? item : nullptr;
}

bool HasInteger(const CborItem& map, std::int64_t key, std::int64_t value) {
  const CborItem* item = FindOf(CborKind::kInteger, map, key);
  return item != nullptr && item->integer == value;
}

// {1: 2, 3: -7, -1: 1, -2: x, -3: y} and nothing else, as 04 || x || y.
Result<Bytes> PointOf(ByteView cose) {
  ENKS_ASSIGN(const CborItem key, ReadCbor(cose));
  const CborItem* x = FindOf(CborKind::kBytes, key, kCoseX);
  const CborItem* y = FindOf(CborKind::kBytes, key, kCoseY);
  if (key.items.size() != 2 * kCoseMembers || x == nullptr || y == nullptr ||
      x->bytes.size() != kCoordinateBytes || y->bytes.size() != kCoordinateBytes ||
      !HasInteger(key, kCoseType, kCoseTypeEc2) ||
      !HasInteger(key, kCoseAlgorithm, kCoseAlgorithmEs256) ||
      !HasInteger(key, kCoseCurve, kCoseCurveP256)) {
    return Broken("a COSE key that is no P-256 key for ES256");
  }
  Bytes point = {0x04};
  point.insert(point.end(), x->bytes.begin(), x->bytes.end());
  point.insert(point.end(), y->bytes.begin(), y->bytes.end());
  return point;
}

// The head, aaguid (16), the length of the credential's id (2, big-endian; 32), the id, and the
// COSE key up to the end.
Status ReadAuthenticatorData(AppAttestObject& object) {
  Fields fields(object.authenticator_data);
  ENKS_TRY(ReadHead(fields, object.head));
  ENKS_TRY(fields.Take(object.environment));
  ENKS_ASSIGN(const ByteView length, fields.Take(2));
  if (length[0] != 0 || length[1] != object.credential_id.size()) {
    return Broken("a credential id that is not 32 bytes long");
  }
  ENKS_TRY(fields.Take(object.credential_id));
  ENKS_ASSIGN(object.point, PointOf(fields.Rest()));
  return absl::OkStatus();
}

Result<std::vector<crypto::Certificate>> ReadChain(const CborItem& statement) {
  const CborItem* x5c = FindOf(CborKind::kArray, statement, std::string_view("x5c"));
  if (x5c == nullptr || x5c->items.size() < kChainMin || x5c->items.size() > kChainMax) {
    return Broken("x5c is not an array of two or three certificates");
  }
  std::vector<crypto::Certificate> chain;
  for (const CborItem& item : x5c->items) {
    if (item.kind != CborKind::kBytes || item.bytes.size() > kChainCertificateBytesMax) {
      return Broken("a certificate in x5c is no byte string or too long");
    }
    ENKS_ASSIGN(crypto::Certificate certificate, crypto::Certificate::FromDer(item.bytes));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

Status ReadStatement(const CborItem& root, AppAttestObject& object) {
  const CborItem* statement = FindOf(CborKind::kMap, root, std::string_view("attStmt"));
  if (statement == nullptr) return Broken("attStmt is no map");
  ENKS_ASSIGN(object.chain, ReadChain(*statement));
  const CborItem* receipt = statement->Find("receipt");
  if (receipt == nullptr) return absl::OkStatus();
  if (receipt->kind != CborKind::kBytes) return Broken("receipt is no byte string");
  object.receipt = receipt->bytes;
  return absl::OkStatus();
}

}  // namespace

Result<AppAttestObject> ReadAppAttestObject(ByteView cbor) {
  ENKS_ASSIGN(const CborItem root, ReadCbor(cbor));
  const CborItem* format = FindOf(CborKind::kText, root, std::string_view("fmt"));
  if (format == nullptr || base::AsText(format->bytes) != "apple-appattest") {
    return Broken("fmt is not apple-appattest");
  }
  AppAttestObject object;
  ENKS_TRY(ReadStatement(root, object));
  const CborItem* data = FindOf(CborKind::kBytes, root, std::string_view("authData"));
  if (data == nullptr) return Broken("authData is no byte string");
  object.authenticator_data = data->bytes;
  ENKS_TRY(ReadAuthenticatorData(object));
  return object;
}

Result<AppAttestAssertionObject> ReadAppAttestAssertion(ByteView cbor) {
  ENKS_ASSIGN(const CborItem root, ReadCbor(cbor));
  const CborItem* signature = FindOf(CborKind::kBytes, root, std::string_view("signature"));
  const CborItem* data = FindOf(CborKind::kBytes, root, std::string_view("authenticatorData"));
  // The flags promise attested data here, too, but there is none: nothing behind byte 37 is read.
  if (signature == nullptr || data == nullptr || data->bytes.size() != kHeadBytes) {
    return Broken("not a signature and 37 bytes of authenticator data");
  }
  AppAttestAssertionObject object;
  object.signature = signature->bytes;
  object.authenticator_data = data->bytes;
  Fields fields(object.authenticator_data);
  ENKS_TRY(ReadHead(fields, object.head));
  return object;
}

// SEQUENCE { [1] EXPLICIT { OCTET STRING of 32 bytes } }.
Result<crypto::Sha256Digest> NonceOf(const crypto::Certificate& leaf) {
  const auto extension = leaf.Extension(kNonceExtension);
  if (!extension) return Broken("the leaf has no nonce, or two");
  DerReader outer(*extension);
  ENKS_ASSIGN(DerReader sequence, outer.Sequence());
  ENKS_TRY(outer.End());
  ENKS_ASSIGN(DerReader::Tagged tagged, sequence.ContextTagged());
  ENKS_TRY(sequence.End());
  ENKS_ASSIGN(const ByteView value, tagged.content.OctetString());
  ENKS_TRY(tagged.content.End());
  crypto::Sha256Digest nonce{};
  if (tagged.tag != 1 || value.size() != nonce.size()) return Broken("the nonce is not 32 bytes");
  std::ranges::copy(value, nonce.begin());
  return nonce;
}

}  // namespace enks::attestation
