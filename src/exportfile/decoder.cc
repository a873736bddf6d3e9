#include "exportfile/decoder.h"

#include <fmt/core.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>

#include "wire/export.pb.h"

namespace enks::exportfile {
namespace {

using base::ByteView;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr std::size_t kHeaderBytesMax = 64 * 1024;
constexpr std::size_t kMessageBytesMax = std::numeric_limits<int>::max();
constexpr std::uint64_t kTimeMax = 253'402'300'799;  // 9999-12-31T23:59:59Z

constexpr std::uint32_t kKeysTag =
    WireFormatLite::MakeTag(7, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr std::uint32_t kRevisedKeysTag =
    WireFormatLite::MakeTag(8, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

Status Malformed(std::string_view message) {
  return absl::InvalidArgumentError(fmt::format("not a well-formed {} message", message));
}

template <typename Message>
bool Parse(ByteView bytes, Message& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

WireSignatureInfo ToInfo(const wire::SignatureInfo& info) {
  return {info.verification_key_version(), info.verification_key_id()};
}

// Splits the message into its keys, which are parsed one by one, and the rest, which is small.
class ExportSplitter {
 public:
  explicit ExportSplitter(ByteView message)
      : message_(message), in_(message.data(), static_cast<int>(message.size())) {}

  Status Run(ExportFileContent& content) {
    while (true) {
      const auto start = static_cast<std::size_t>(in_.CurrentPosition());
      const std::uint32_t tag = in_.ReadTag();
      if (tag == 0) {
        return in_.ConsumedEntireMessage() ? absl::OkStatus() : Malformed(kExportName);
      } else if (tag == kKeysTag) {
        ENKS_TRY(ReadKey(content.keys));
      } else if (tag == kRevisedKeysTag) {
        ENKS_TRY(ReadKey(content.revised_keys));
      } else {
        ENKS_TRY(KeepForHeader(start, tag));
      }
    }
  }

  ByteView header() const { return header_; }

  static constexpr std::string_view kExportName = "TemporaryExposureKeyExport";

 private:
  Status ReadKey(std::vector<WireKey>& keys) {
    int size = 0;
    if (!in_.ReadVarintSizeAsInt(&size)) return Malformed(kExportName);
    const auto start = static_cast<std::size_t>(in_.CurrentPosition());
    if (!in_.Skip(size)) return Malformed(kExportName);
    if (!Parse(message_.subspan(start, static_cast<std::size_t>(size)), key_)) {
      return Malformed("TemporaryExposureKey");
    }
    const auto data = exposure::KeyData::From(base::AsBytes(key_.key_data()));
    if (!data) {
      return absl::InvalidArgumentError(fmt::format("key {} of its list has {} bytes, not 16",
                                                    keys.size() + 1, key_.key_data().size()));
    }
    WireKey& key = keys.emplace_back();
    key.key = *data;
    key.transmission_risk = key_.transmission_risk_level();
    key.rolling_start.number = key_.rolling_start_interval_number();
    key.rolling_period = key_.rolling_period();
    key.report_type = static_cast<WireReportType>(key_.report_type());
    if (key_.has_days_since_onset_of_symptoms()) {
      key.days_since_onset = key_.days_since_onset_of_symptoms();
    }
    return absl::OkStatus();
  }

  Status KeepForHeader(std::size_t start, std::uint32_t tag) {
    if (!WireFormatLite::SkipField(&in_, tag)) return Malformed(kExportName);
    const auto end = static_cast<std::size_t>(in_.CurrentPosition());
    const ByteView field = message_.subspan(start, end - start);
    if (header_.size() + field.size() > kHeaderBytesMax) {
      return absl::InvalidArgumentError(
          fmt::format("more than {} bytes beside the keys", kHeaderBytesMax));
    }
    header_.insert(header_.end(), field.begin(), field.end());
    return absl::OkStatus();
  }

  const ByteView message_;
  CodedInputStream in_;
  wire::TemporaryExposureKey key_;  // reused: its buffers are kept from key to key
  base::Bytes header_;
};

Status CheckSize(ByteView message) {
  if (message.size() <= kMessageBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError("a message of 2 GiB or more");
}

}  // namespace

Status DecodeExport(ByteView message, ExportFileContent& content) {
  ENKS_TRY(CheckSize(message));
  ExportSplitter splitter(message);
  ENKS_TRY(splitter.Run(content));
  wire::TemporaryExposureKeyExport header;
  if (!Parse(splitter.header(), header)) return Malformed(ExportSplitter::kExportName);
  if (header.start_timestamp() > kTimeMax || header.end_timestamp() > kTimeMax) {
    return absl::InvalidArgumentError("a window after the year 9999");
  }
  const auto time = [](std::uint64_t seconds) {
    return base::UnixTime(std::chrono::seconds(seconds));
  };
  content.header.start = time(header.start_timestamp());
  content.header.end = time(header.end_timestamp());
  content.header.region = header.region();
  content.header.batch_num = header.batch_num();
  content.header.batch_size = header.batch_size();
  for (const wire::SignatureInfo& info : header.signature_infos()) {
    content.header.signature_infos.push_back(ToInfo(info));
  }
  return absl::OkStatus();
}

Status DecodeSignatures(ByteView message, ExportFileContent& content) {
  ENKS_TRY(CheckSize(message));
  wire::TEKSignatureList list;
  if (!Parse(message, list)) return Malformed("TEKSignatureList");
  for (const wire::TEKSignature& signature : list.signatures()) {
    const base::ByteView bytes = base::AsBytes(signature.signature());
    content.signatures.push_back({ToInfo(signature.signature_info()),
                                  signature.batch_num(),
                                  signature.batch_size(),
                                  {bytes.begin(), bytes.end()}});
  }
  return absl::OkStatus();
}

}  // namespace enks::exportfile
