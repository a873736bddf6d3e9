#include "exportfile/encoder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "base/base64.h"
#include "crypto/digest.h"
#include "wire/export.pb.h"

namespace enks::exportfile {
namespace {

using base::AsBytes;
using base::Bytes;

void Append(base::ByteView more, Bytes& out) {
  out.insert(out.end(), more.begin(), more.end());
}

Bytes Encoded(KeyList list, base::ByteView key_data, const WireKey& key) {
  std::array<std::uint8_t, kEncodedKeyBytesMax> buffer;
  const std::size_t size = EncodeKey(list, key_data, key, buffer);
  return Bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
}

WireKey Key(std::int32_t risk, std::int32_t start, std::int32_t period, WireReportType type,
            std::optional<std::int32_t> onset) {
  WireKey key;
  key.transmission_risk = risk;
  key.rolling_start.number = start;
  key.rolling_period = period;
  key.report_type = type;
  key.days_since_onset = onset;
  return key;
}

// spec/export-file.md section 2, "Test vector".
TEST(Encoder, ThePublishedVectorComesOut) {
  ExportHeader header;
  header.start = base::UnixTime(std::chrono::seconds(1588291200));  // 2020-05-01T00:00Z
  header.end = header.start + std::chrono::hours(1);
  header.region = "US";
  header.signature_infos = {{.key_version = "1", .key_id = "310"}};
  using enum WireReportType;
  Bytes bin;
  Append(AsBytes(kHeader), bin);
  Append(EncodeHeader(header), bin);
  const auto add = [&bin](KeyList list, std::string_view data, const WireKey& key) {
    Append(Encoded(list, AsBytes(data), key), bin);
  };
  add(KeyList::kKeys, "ABC", Key(8, 18, 0, kConfirmedClinicalDiagnosis, 0));
  add(KeyList::kKeys, "DEF", Key(1, 118, 1, kConfirmedTest, -1));
  add(KeyList::kKeys, "GHI", Key(5, 118, 1, kSelfReport, -1));
  add(KeyList::kRevisedKeys, "123", Key(4, 100, 144, kRevoked, std::nullopt));
  EXPECT_EQ(bin.size(), 137u);
  EXPECT_EQ(base::ToHex(bin),
            "454b204578706f727420763120202020098066ab5e00000000119074ab5e000000001a02555320012801"
            "321d1a013122033331302a13312e322e3834302e31303034352e342e332e323a0f0a0341424310081812"
            "2000280230003a0f0a0344454610011876200128013001"
            "3a0f0a0347484910051876200128033001420b0a03313233100418642805");
  EXPECT_EQ(base::ToBase64(crypto::Sha256(bin)), "ho9AqUPleXoGs4wc5PEUU7MvbToDryEnQ+rJ8Fb1Hvc=");
}

void SetInfo(const WireSignatureInfo& info, wire::SignatureInfo* out) {
  if (!info.key_version.empty()) out->set_verification_key_version(info.key_version);
  if (!info.key_id.empty()) out->set_verification_key_id(info.key_id);
  out->set_signature_algorithm(std::string(kSignatureAlgorithm));
}

// As the generated code writes it, by the rules of the sheet on what is left out.
std::string Generated(KeyList list, const WireKey& key) {
  wire::TemporaryExposureKeyExport message;
  wire::TemporaryExposureKey* out =
      list == KeyList::kKeys ? message.add_keys() : message.add_revised_keys();
  out->set_key_data(key.key.bytes().data(), key.key.bytes().size());
  out->set_transmission_risk_level(key.transmission_risk);
  if (key.rolling_start.number != 0) {
    out->set_rolling_start_interval_number(key.rolling_start.number);
  }
  if (key.rolling_period != 144) out->set_rolling_period(key.rolling_period);
  if (key.report_type != WireReportType::kUnknown) {
    out->set_report_type(
        static_cast<wire::TemporaryExposureKey::ReportType>(static_cast<int>(key.report_type)));
  }
  if (key.days_since_onset) out->set_days_since_onset_of_symptoms(*key.days_since_onset);
  return message.SerializeAsString();
}

// Numbers of every size, with those that are left out and the ends of the range among them.
rc::Gen<std::int32_t> AnyInt32() {
  return rc::gen::oneOf(
      rc::gen::inRange(-150, 150), rc::gen::arbitrary<std::int32_t>(),
      rc::gen::element(0, 144, 127, 128, 16383, 16384, -1, std::numeric_limits<std::int32_t>::min(),
                       std::numeric_limits<std::int32_t>::max()));
}

RC_GTEST_PROP(Encoder, KeysAreByteForByteThoseOfTheGeneratedCode, ()) {
  WireKey key = Key(*AnyInt32(), *AnyInt32(), *AnyInt32(),
                    static_cast<WireReportType>(*rc::gen::inRange(0, 6)), std::nullopt);
  if (*rc::gen::arbitrary<bool>()) key.days_since_onset = *AnyInt32();
  key.key = exposure::KeyData(
      *rc::gen::container<std::array<std::uint8_t, 16>>(rc::gen::arbitrary<std::uint8_t>()));
  const KeyList list = *rc::gen::element(KeyList::kKeys, KeyList::kRevisedKeys);
  RC_ASSERT(base::AsText(Encoded(list, key.key.bytes(), key)) == Generated(list, key));
}

TEST(Encoder, TheLongestKeyFitsItsPlace) {
  const std::int32_t least = std::numeric_limits<std::int32_t>::min();
  WireKey key = Key(least, least, least, static_cast<WireReportType>(least), least);
  EXPECT_EQ(Encoded(KeyList::kKeys, key.key.bytes(), key).size(), kEncodedKeyBytesMax);
}

rc::Gen<WireSignatureInfo> AnyInfo() {
  return rc::gen::build<WireSignatureInfo>(
      rc::gen::set(&WireSignatureInfo::key_version, rc::gen::string<std::string>()),
      rc::gen::set(&WireSignatureInfo::key_id, rc::gen::string<std::string>()));
}

RC_GTEST_PROP(Encoder, TheHeaderIsByteForByteThatOfTheGeneratedCode, ()) {
  ExportHeader header;
  header.start = base::UnixTime(std::chrono::seconds(*rc::gen::arbitrary<std::int64_t>()));
  header.end = base::UnixTime(std::chrono::seconds(*rc::gen::arbitrary<std::int64_t>()));
  header.region = *rc::gen::string<std::string>();
  header.batch_num = *AnyInt32();
  header.batch_size = *AnyInt32();
  header.signature_infos = *rc::gen::container<std::vector<WireSignatureInfo>>(AnyInfo());

  wire::TemporaryExposureKeyExport message;
  message.set_start_timestamp(static_cast<std::uint64_t>(header.start.time_since_epoch().count()));
  message.set_end_timestamp(static_cast<std::uint64_t>(header.end.time_since_epoch().count()));
  message.set_region(header.region);
  message.set_batch_num(header.batch_num);
  message.set_batch_size(header.batch_size);
  for (const WireSignatureInfo& info : header.signature_infos) {
    SetInfo(info, message.add_signature_infos());
  }
  RC_ASSERT(base::AsText(EncodeHeader(header)) == message.SerializeAsString());
}

RC_GTEST_PROP(Encoder, SignaturesAreByteForByteThoseOfTheGeneratedCode, ()) {
  std::vector<WireSignature> signatures;
  wire::TEKSignatureList message;
  const auto infos = *rc::gen::container<std::vector<WireSignatureInfo>>(AnyInfo());
  for (const WireSignatureInfo& info : infos) {
    const auto bytes = *rc::gen::arbitrary<Bytes>();
    signatures.push_back({info, *AnyInt32(), *AnyInt32(), bytes});
    wire::TEKSignature* out = message.add_signatures();
    SetInfo(info, out->mutable_signature_info());
    out->set_batch_num(signatures.back().batch_num);
    out->set_batch_size(signatures.back().batch_size);
    out->set_signature(bytes.data(), bytes.size());
  }
  RC_ASSERT(base::AsText(EncodeSignatures(signatures)) == message.SerializeAsString());
}

TEST(Encoder, EachReportTypeHasItsNumberOnTheWire) {
  using exposure::ReportType;
  EXPECT_EQ(ToWire(ReportType::kUnspecified), WireReportType::kUnknown);
  EXPECT_EQ(ToWire(ReportType::kConfirmed), WireReportType::kConfirmedTest);
  EXPECT_EQ(ToWire(ReportType::kLikely), WireReportType::kConfirmedClinicalDiagnosis);
  EXPECT_EQ(ToWire(ReportType::kUserReport), WireReportType::kSelfReport);
  EXPECT_EQ(ToWire(ReportType::kNegative), WireReportType::kRevoked);
}

}  // namespace
}  // namespace enks::exportfile
