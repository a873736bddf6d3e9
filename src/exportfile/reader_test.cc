#include "exportfile/reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "exportfile/test_exports.h"
#include "exportfile/zip_reader.h"
#include "exportfile/zip_writer.h"
#include "wire/export.pb.h"

namespace enks::exportfile {
namespace {

using absl::StatusCode;
using base::AsBytes;
using base::AsText;
using base::Bytes;

using Entries = std::vector<std::pair<std::string, std::string>>;

Bytes ZipWith(const Entries& entries) {
  MemoryFile out;
  ZipWriter zip(out);
  for (const auto& [name, content] : entries) {
    EXPECT_TRUE(zip.BeginEntry(name).ok());
    EXPECT_TRUE(zip.Write(AsBytes(content)).ok());
    EXPECT_TRUE(zip.EndEntry().ok());
  }
  EXPECT_TRUE(zip.Finish().ok());
  return std::move(out.bytes);
}

std::string Bin(std::string_view message) {
  return std::string(kHeader) + std::string(message);
}

Status ReadStatus(const Bytes& zip) {
  return ReadExportFile(zip, {}).status();
}

void ExpectRefused(const Bytes& zip, const std::string& why) {
  const Status status = ReadStatus(zip);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << status;
  EXPECT_NE(status.ToString().find(why), std::string::npos) << status;
}

void ExpectBinRefused(const std::string& bin, const std::string& why) {
  ExpectRefused(ZipWith({{"export.bin", bin}, {"export.sig", ""}}), why);
}

TEST(ReadExportFile, TheLeastFileIsAHeaderAndNothing) {
  const auto read = ReadExportFile(ZipWith({{"export.bin", Bin("")}, {"export.sig", ""}}), {});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->keys.empty());
  EXPECT_TRUE(read->signatures.empty());
}

TEST(ReadExportFile, WhatIsNoZipIsRefused) {
  ExpectRefused({}, "zip");
  ExpectRefused(Bytes(1000, 'x'), "zip");
}

TEST(ReadExportFile, EntriesAreFoundByExactNameAndOthersIgnored) {
  const Entries good = {{"readme", "x"}, {"export.sig", ""}, {"export.bin", Bin("")}};
  EXPECT_TRUE(ReadStatus(ZipWith(good)).ok());
  ExpectRefused(ZipWith({{"export.bin", Bin("")}}), "export.sig in the zip: there is none");
  ExpectRefused(ZipWith({{"export.sig", ""}}), "export.bin in the zip: there is none");
  ExpectRefused(ZipWith({{"EXPORT.BIN", Bin("")}, {"export.sig", ""}}), "there is none");
  ExpectRefused(ZipWith({{"a/export.bin", Bin("")}, {"export.sig", ""}}), "there is none");
}

TEST(ReadExportFile, AnEntryThatIsThereTwiceIsRefused) {
  ExpectRefused(ZipWith({{"export.bin", Bin("")}, {"export.bin", Bin("")}, {"export.sig", ""}}),
                "more than one");
}

TEST(ReadExportFile, AHundredEntriesAreReadAndMoreRefused) {
  Entries entries = {{"export.bin", Bin("")}, {"export.sig", ""}};
  while (entries.size() < 100) entries.emplace_back(std::to_string(entries.size()), "");
  EXPECT_TRUE(ReadStatus(ZipWith(entries)).ok());
  entries.emplace_back("one more", "");
  ExpectRefused(ZipWith(entries), "more than 100 entries");
}

TEST(ReadExportFile, TheHeaderMustBeExact) {
  for (std::size_t size = 0; size < kHeader.size(); ++size) {
    ExpectBinRefused(std::string(kHeader.substr(0, size)), "does not begin");
  }
  ExpectBinRefused("EK Export v2    ", "does not begin");
  ExpectBinRefused("ek export v1    ", "does not begin");
}

TEST(ReadExportFile, AKeyIsExactly16Bytes) {
  for (const std::size_t size : {0u, 15u, 16u, 17u}) {
    for (const bool revised : {false, true}) {
      wire::TemporaryExposureKeyExport message;
      (revised ? message.add_revised_keys() : message.add_keys())
          ->set_key_data(std::string(size, 'k'));
      const std::string bin = Bin(message.SerializeAsString());
      if (size == 16) {
        EXPECT_TRUE(ReadStatus(ZipWith({{"export.bin", bin}, {"export.sig", ""}})).ok());
      } else {
        ExpectBinRefused(bin, "bytes, not 16");
      }
    }
  }
}

TEST(ReadExportFile, DefaultsAndAbsentFieldsAreReadAsTheFormatSays) {
  wire::TemporaryExposureKeyExport message;
  message.add_keys()->set_key_data("0123456789abcdef");
  const auto read = ReadExportFile(
      ZipWith({{"export.bin", Bin(message.SerializeAsString())}, {"export.sig", ""}}), {});
  ASSERT_TRUE(read.ok());
  const WireKey& key = read->keys.at(0);
  EXPECT_EQ(key.transmission_risk, 0);
  EXPECT_EQ(key.rolling_start.number, 0);
  EXPECT_EQ(key.rolling_period, 144);
  EXPECT_EQ(key.report_type, WireReportType::kUnknown);
  EXPECT_EQ(key.days_since_onset, std::nullopt);
}

TEST(ReadExportFile, VariantsUnknownFieldsAndUnknownReportTypesAreTolerated) {
  wire::TemporaryExposureKeyExport message;
  wire::TemporaryExposureKey* key = message.add_keys();
  key->set_key_data("0123456789abcdef");
  key->set_variant_of_concern(wire::TemporaryExposureKey::VARIANT_TYPE_2);
  std::string bin = Bin(message.SerializeAsString());
  bin += std::string("\x3a\x14\x0a\x10", 4) + "0123456789abcdeg" + std::string("\x28\x09", 2);
  bin += "\x7a\x02hi";  // field 15
  const auto read = ReadExportFile(ZipWith({{"export.bin", bin}, {"export.sig", ""}}), {});
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->keys.size(), 2u);
  EXPECT_EQ(read->keys[1].report_type, WireReportType::kUnknown);
}

TEST(ReadExportFile, MalformedMessagesAreRefused) {
  ExpectBinRefused(Bin("\xff\xff\xff"), "not a well-formed TemporaryExposureKeyExport");
  ExpectBinRefused(Bin(std::string("\x00", 1)), "not a well-formed TemporaryExposureKeyExport");
  ExpectBinRefused(Bin("\x3a\x7f"), "not a well-formed TemporaryExposureKeyExport");
  ExpectBinRefused(Bin("\x3a\x02\x0a\x7f"), "not a well-formed TemporaryExposureKey");
  ExpectRefused(ZipWith({{"export.bin", Bin("")}, {"export.sig", "\x0a\x7f"}}),
                "not a well-formed TEKSignatureList");
}

TEST(ReadExportFile, TimesEndWithTheYear9999) {
  wire::TemporaryExposureKeyExport message;
  message.set_start_timestamp(253'402'300'799u);
  message.set_end_timestamp(253'402'300'799u);
  EXPECT_TRUE(
      ReadStatus(ZipWith({{"export.bin", Bin(message.SerializeAsString())}, {"export.sig", ""}}))
          .ok());
  message.set_end_timestamp(253'402'300'800u);
  ExpectBinRefused(Bin(message.SerializeAsString()), "year 9999");
}

TEST(ReadExportFile, EmptyMessagesCannotBeMultiplied) {
  std::string infos;
  for (int i = 0; i < 32 * 1024; ++i) infos += std::string("\x32\x00", 2);
  EXPECT_TRUE(ReadStatus(ZipWith({{"export.bin", Bin(infos)}, {"export.sig", ""}})).ok());
  ExpectBinRefused(Bin(infos + std::string("\x32\x00", 2)), "beside the keys");
  ExpectBinRefused(Bin(std::string("\x3a\x00", 2)), "bytes, not 16");
}

TEST(ReadExportFile, EveryLimitHolds) {
  const Bytes zip = ZipWith({{"export.bin", Bin(std::string(4, '\x20'))}, {"export.sig", ""}});
  const auto limited = [&zip](ReadLimits limits) { return ReadExportFile(zip, limits).status(); };
  ReadLimits limits{.zip_bytes_max = zip.size(), .bin_bytes_max = 20, .sig_bytes_max = 0};
  EXPECT_TRUE(limited(limits).ok()) << limited(limits);
  limits.zip_bytes_max = zip.size() - 1;
  EXPECT_NE(limited(limits).ToString().find("a zip larger"), std::string::npos);
  limits.zip_bytes_max = zip.size();
  limits.bin_bytes_max = 19;
  EXPECT_NE(limited(limits).ToString().find("export.bin in the zip: larger"), std::string::npos);

  const Bytes signed_zip =
      ZipWith({{"export.bin", Bin("")}, {"export.sig", std::string("\x0a\x00", 2)}});
  EXPECT_TRUE(ReadExportFile(signed_zip, {.sig_bytes_max = 2}).ok());
  EXPECT_FALSE(ReadExportFile(signed_zip, {.sig_bytes_max = 1}).ok());
}

TEST(ReadExportFile, TruncationsOfEveryLengthAreRefused) {
  base::SeededRandom random(1);
  TestExport content;
  content.keys = RandomKeys(3, random);
  KeySigner signer;
  const Bytes zip = ZipOf(content, {{{"v1", "310"}, &signer}});
  ASSERT_TRUE(ReadStatus(zip).ok());
  for (std::size_t size = 0; size < zip.size(); ++size) {
    const Bytes cut(zip.begin(), zip.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(ReadStatus(cut).code(), StatusCode::kInvalidArgument) << size;
  }
}

TEST(ReadExportFile, AnyMessageCutShortIsRefusedOrAWholePrefix) {
  base::SeededRandom random(1);
  TestExport content;
  content.keys = RandomKeys(3, random);
  KeySigner signer;
  const Bytes zip = ZipOf(content, {{{"v1", "310"}, &signer}});
  const std::string bin(AsText(*ZipReader::Open(zip)->Read(kBinName, 10'000)));
  for (std::size_t size = 0; size < bin.size(); ++size) {
    const auto read =
        ReadExportFile(ZipWith({{"export.bin", bin.substr(0, size)}, {"export.sig", ""}}), {});
    EXPECT_TRUE(!read.ok() || read->keys.size() < 3) << size;
  }
}

RC_GTEST_PROP(ReadExportFile, DamagedFilesNeverCrashTheReader, ()) {
  static const Bytes zip = [] {
    base::SeededRandom random(1);
    TestExport content;
    content.keys = RandomKeys(5, random);
    KeySigner signer;
    return ZipOf(content, {{{"v1", "310"}, &signer}});
  }();
  Bytes damaged = zip;
  const auto count = *rc::gen::inRange(1, 5);
  for (int i = 0; i < count; ++i) {
    damaged[*rc::gen::inRange<std::size_t>(0, damaged.size())] =
        *rc::gen::arbitrary<std::uint8_t>();
  }
  const auto read = ReadExportFile(damaged, {});
  RC_ASSERT(read.ok() || read.status().code() == StatusCode::kInvalidArgument);
}

// A gigabyte of zeros in a few megabytes.
Bytes ZipBomb() {
  MemoryFile out;
  ZipWriter zip(out);
  EXPECT_TRUE(zip.BeginEntry("export.bin").ok());
  const Bytes zeros(1 << 20);
  for (int i = 0; i < 1024; ++i) EXPECT_TRUE(zip.Write(zeros).ok());
  EXPECT_TRUE(zip.EndEntry().ok());
  EXPECT_TRUE(zip.Finish().ok());
  return std::move(out.bytes);
}

// What a process of its own needs to read `zip` and refuse it.
struct rusage CostOfRefusing(const Bytes& zip, const ReadLimits& limits) {
  const pid_t child = fork();
  if (child == 0) _exit(ReadExportFile(zip, limits).ok() ? 1 : 0);
  int status = -1;
  struct rusage usage {};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_EQ(status, 0);
  return usage;
}

TEST(ReadExportFile, AZipBombCostsNoMoreThanTheLimit) {
  const Bytes bomb = ZipBomb();
  ASSERT_LT(bomb.size(), ReadLimits().zip_bytes_max);
  ExpectRefused(bomb, "larger than the limit of 67108864 bytes");
  const ReadLimits limits{.bin_bytes_max = 1 << 20};
  const struct rusage least = CostOfRefusing({}, limits);
  const struct rusage most = CostOfRefusing(bomb, limits);
  EXPECT_LT(most.ru_maxrss - least.ru_maxrss, 64 * 1024);  // kilobytes
  EXPECT_LE(most.ru_utime.tv_sec, 2);
}

}  // namespace
}  // namespace enks::exportfile
