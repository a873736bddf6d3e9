#include "exportfile/writer.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "crypto/digest.h"
#include "exportfile/reader.h"
#include "exportfile/test_exports.h"
#include "exportfile/zip_reader.h"

namespace enks::exportfile {
namespace {

using absl::StatusCode;
using base::Bytes;

const WireSignatureInfo kInfo{.key_version = "v1", .key_id = "310"};

class ExportWriterTest : public ::testing::Test {
 protected:
  std::unique_ptr<ExportWriter> Begin() {
    auto writer = ExportWriter::Begin(out_, content_.header, {{kInfo, &signer_}});
    EXPECT_TRUE(writer.ok()) << writer.status();
    return *std::move(writer);
  }

  MemoryFile out_;
  KeySigner signer_;
  base::SeededRandom random_{1};
  TestExport content_;
};

RC_GTEST_PROP(ExportWriter, WhatIsWrittenIsReadBack, ()) {
  base::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
  TestExport content;
  content.header.region = *rc::gen::string<std::string>();
  // Often more than a chunk of 64 KB.
  content.keys = RandomKeys(random.Below(3000), random);
  content.revised_keys = RandomKeys(random.Below(50), random);
  KeySigner signers[2];
  const std::vector<WireSignatureInfo> infos = {kInfo, {.key_version = "", .key_id = "262"}};
  const Bytes zip = ZipOf(content, {{infos[0], &signers[0]}, {infos[1], &signers[1]}});

  const auto read = ReadExportFile(zip, {});
  RC_ASSERT(read.ok());
  ExportHeader expected = content.header;
  expected.signature_infos = infos;
  RC_ASSERT(read->header == expected);
  RC_ASSERT(read->keys == content.keys);
  RC_ASSERT(read->revised_keys == content.revised_keys);
  for (int i = 0; i < 2; ++i) {
    const auto index = static_cast<std::size_t>(i);
    RC_ASSERT(read->signatures.at(index).info == infos[index]);
    RC_ASSERT(VerifySignature(*read, infos[index], signers[i].PublicKeyPem()).ok());
  }
}

TEST_F(ExportWriterTest, FinishCountsKeysAndBytesAndGivesTheDigestOfTheBin) {
  content_.keys = RandomKeys(3000, random_);
  content_.revised_keys = RandomKeys(2, random_);
  const auto written = WriteExport(content_, {{kInfo, &signer_}}, out_);
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->key_count, 3002);
  EXPECT_EQ(written->size_bytes, out_.bytes.size());
  const Bytes bin = *ZipReader::Open(out_.bytes)->Read(kBinName, 1 << 20);
  EXPECT_EQ(written->bin_digest, crypto::Sha256(bin));
}

TEST_F(ExportWriterTest, TheSameInputGivesTheSameBin) {
  content_.keys = RandomKeys(5000, random_);
  MemoryFile again;
  const auto first = WriteExport(content_, {{kInfo, &signer_}}, out_);
  const auto second = WriteExport(content_, {{kInfo, &signer_}}, again);
  EXPECT_EQ(first->bin_digest, second->bin_digest);
}

TEST_F(ExportWriterTest, SignatureInfosComeFromTheSigners) {
  content_.header.signature_infos = {{.key_version = "old", .key_id = "old"}};
  const auto read = ReadExportFile(ZipOf(content_, {{kInfo, &signer_}}), {});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->header.signature_infos, std::vector{kInfo});
}

TEST_F(ExportWriterTest, AFileWithoutASignerIsRefused) {
  EXPECT_EQ(ExportWriter::Begin(out_, content_.header, {}).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_TRUE(out_.bytes.empty());
}

TEST_F(ExportWriterTest, KeysMustAscendStrictlyInEachList) {
  const std::vector<WireKey> keys = RandomKeys(3, random_);
  const auto writer = Begin();
  EXPECT_TRUE(writer->AddKey(keys[1]).ok());
  EXPECT_EQ(writer->AddKey(keys[1]).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->AddKey(keys[0]).code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(writer->AddKey(keys[2]).ok());
  // The other list starts anew, also with a key of the first list.
  EXPECT_TRUE(writer->AddRevisedKey(keys[1]).ok());
  EXPECT_EQ(writer->AddRevisedKey(keys[1]).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->AddRevisedKey(keys[0]).code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(writer->AddRevisedKey(keys[2]).ok());
  // Refused keys left no trace.
  ASSERT_EQ(writer->Finish()->key_count, 4);
  EXPECT_EQ(ReadExportFile(out_.bytes, {})->keys, (std::vector{keys[1], keys[2]}));
}

TEST_F(ExportWriterTest, PrimaryKeysComeBeforeRevisedOnes) {
  const std::vector<WireKey> keys = RandomKeys(2, random_);
  const auto writer = Begin();
  EXPECT_TRUE(writer->AddRevisedKey(keys[0]).ok());
  EXPECT_EQ(writer->AddKey(keys[1]).code(), StatusCode::kInvalidArgument);
}

TEST_F(ExportWriterTest, AFinishedFileTakesNothingMore) {
  const auto writer = Begin();
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(writer->AddKey(RandomKey(random_)).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(writer->AddRevisedKey(RandomKey(random_)).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(writer->Finish().status().code(), StatusCode::kFailedPrecondition);
}

// Shows the public half of one key and signs with another.
class MismatchedSigner final : public secrets::Signer {
 public:
  Result<Bytes> SignDigest(const secrets::Sha256Digest& digest) override {
    return signs_.SignDigest(digest);
  }
  std::string PublicKeyPem() const override { return shown_.PublicKeyPem(); }

 private:
  KeySigner signs_;
  KeySigner shown_;
};

TEST_F(ExportWriterTest, ASignatureThatPhonesWouldRefuseIsNotWritten) {
  MismatchedSigner signer;
  const Status status = WriteExport(content_, {{kInfo, &signer}}, out_).status();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.ToString().find("key id 310, version v1"), std::string::npos);
}

class FailingSigner final : public secrets::Signer {
 public:
  Result<Bytes> SignDigest(const secrets::Sha256Digest&) override {
    return absl::UnavailableError("no token in the slot");
  }
  std::string PublicKeyPem() const override { return ""; }
};

TEST_F(ExportWriterTest, ASignerThatFailsFailsTheFile) {
  FailingSigner failing;
  EXPECT_EQ(WriteExport(content_, {{kInfo, &signer_}, {kInfo, &failing}}, out_).status().code(),
            StatusCode::kUnavailable);
}

TEST_F(ExportWriterTest, AFullDiskFailsTheFileForGood) {
  content_.keys = RandomKeys(20'000, random_);
  const std::size_t size = ZipOf(content_, {{kInfo, &signer_}}).size();
  for (const std::size_t room : {std::size_t{0}, std::size_t{100}, size / 2, size - 100}) {
    MemoryFile out;
    out.bytes_max = room;
    EXPECT_EQ(WriteExport(content_, {{kInfo, &signer_}}, out).status().message(), "disk full");
  }
  out_.bytes_max = size / 2;
  const auto writer = Begin();
  Status status;
  for (std::size_t i = 0; status.ok() && i < content_.keys.size(); ++i) {
    status = writer->AddKey(content_.keys[i]);
  }
  EXPECT_EQ(status.message(), "disk full");
  EXPECT_EQ(writer->Finish().status().code(), StatusCode::kFailedPrecondition);
}

// Counts what is appended and keeps nothing, so that only the writer's memory is measured.
class CountingFile final : public base::PendingFile {
 public:
  Status Append(base::ByteView bytes) override {
    size_bytes += bytes.size();
    return absl::OkStatus();
  }
  Status WriteAt(std::uint64_t, base::ByteView) override { return absl::OkStatus(); }
  Status Commit() override { return absl::OkStatus(); }
  std::uint64_t size_bytes = 0;
};

// Bytes of the heap in use, whatever the allocator holds back. Zero under sanitizers, which bring
// an allocator of their own.
std::size_t AllocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

struct Cost {
  std::uint64_t zip_bytes = 0;
  std::size_t heap_bytes = 0;
};

// Writes `keys` and measures the size of the file and the most memory that the writer held.
Cost Measure(const TestExport& content, secrets::Signer& signer) {
  CountingFile out;
  const std::size_t before = AllocatedBytes();
  std::size_t most = before;
  auto writer = ExportWriter::Begin(out, content.header, {{kInfo, &signer}});
  EXPECT_TRUE(writer.ok());
  for (std::size_t i = 0; i < content.keys.size(); ++i) {
    EXPECT_TRUE((*writer)->AddKey(content.keys[i]).ok());
    if (i % 1'000 == 0) most = std::max(most, AllocatedBytes());
  }
  EXPECT_TRUE((*writer)->Finish().ok());
  ::testing::Test::RecordProperty("zip_bytes", std::to_string(out.size_bytes));
  ::testing::Test::RecordProperty("heap_bytes", std::to_string(most - before));
  return {out.size_bytes, most - before};
}

// docs/formats/export-file.md, "Size", rests on these two. What phones take is 750,000 keys.
constexpr std::size_t kManyKeys = 750'000;

TEST_F(ExportWriterTest, ManyKeysWithAttributesDrawnFromAllValuesFit16MiB) {
  content_.keys = RandomKeys(kManyKeys, random_);
  const Cost cost = Measure(content_, signer_);
  EXPECT_LT(cost.heap_bytes, 1u << 20);
  EXPECT_LT(cost.zip_bytes, 16u << 20);
}

// Whole days of one report type; risk and onset follow from the day, which lies among fourteen.
TEST_F(ExportWriterTest, ManyKeysAsAppsSendThemFit16Megabytes) {
  content_.keys = RandomKeys(kManyKeys, random_);
  for (WireKey& key : content_.keys) {
    const auto day = static_cast<std::int32_t>(random_.Below(14));
    key.rolling_start.number = 2'676'096 + 144 * day;
    key.rolling_period = 144;
    key.report_type = WireReportType::kConfirmedTest;
    key.days_since_onset = day - 7;
    key.transmission_risk = day / 2;
  }
  EXPECT_LT(Measure(content_, signer_).zip_bytes, 16'000'000u);
}

}  // namespace
}  // namespace enks::exportfile
