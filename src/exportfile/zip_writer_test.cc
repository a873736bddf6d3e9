#include "exportfile/zip_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <stdio.h>

#include <array>
#include <string>

#include "base/test_folder.h"
#include "exportfile/test_exports.h"
#include "exportfile/zip_reader.h"

namespace enks::exportfile {
namespace {

using absl::StatusCode;
using base::AsBytes;
using base::AsText;
using base::Bytes;

void AddEntry(ZipWriter& zip, std::string_view name, base::ByteView content) {
  ASSERT_TRUE(zip.BeginEntry(name).ok());
  ASSERT_TRUE(zip.Write(content).ok());
  ASSERT_TRUE(zip.EndEntry().ok());
}

TEST(ZipWriter, TheBytesAroundTheDataAreThoseOfTheFormat) {
  MemoryFile out;
  ZipWriter zip(out);
  AddEntry(zip, "a", AsBytes("hello"));
  ASSERT_TRUE(zip.Finish().ok());
  EXPECT_EQ(zip.size_bytes(), out.bytes.size());
  const std::string hex = base::ToHex(out.bytes);
  // Local header: version 2.0, bit 3, deflated, no time, sizes to follow, one byte of name.
  EXPECT_EQ(hex.substr(0, 62),
            "504b03041400080008000000000000000000000000000000000001000000"
            "61");
  const std::string crc_and_plain_size = "86a61036";
  EXPECT_NE(hex.find("504b0708" + crc_and_plain_size), std::string::npos);
  EXPECT_NE(hex.find("504b01021400140008000800"
                     "00000000" +
                     crc_and_plain_size),
            std::string::npos);
  EXPECT_EQ(hex.substr(hex.size() - 44, 24), "504b05060000000001000100");
}

RC_GTEST_PROP(ZipWriter, WhatIsWrittenInPiecesIsReadBackByLibzip, ()) {
  // Runs of one byte compress well, arbitrary bytes do not; chunks of every size come in between.
  const auto first = *rc::gen::arbitrary<std::vector<Bytes>>();
  const Bytes second(*rc::gen::inRange<std::size_t>(0, 300'000),
                     *rc::gen::arbitrary<std::uint8_t>());
  MemoryFile out;
  ZipWriter zip(out);
  Bytes whole;
  RC_ASSERT(zip.BeginEntry("first").ok());
  for (const Bytes& piece : first) {
    RC_ASSERT(zip.Write(piece).ok());
    whole.insert(whole.end(), piece.begin(), piece.end());
  }
  RC_ASSERT(zip.EndEntry().ok());
  RC_ASSERT(zip.BeginEntry("second").ok());
  RC_ASSERT(zip.Write(second).ok());
  RC_ASSERT(zip.EndEntry().ok());
  RC_ASSERT(zip.Finish().ok());
  const auto reader = ZipReader::Open(out.bytes);
  RC_ASSERT(reader.ok());
  RC_ASSERT(*reader->Read("first", whole.size()) == whole);
  RC_ASSERT(*reader->Read("second", second.size()) == second);
}

struct Output {
  int status = -1;
  std::string text;
};

Output RunCommand(const std::string& command) {
  Output output;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer;
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.text.append(buffer.data(), got);
  }
  output.status = pclose(pipe);
  return output;
}

TEST(ZipWriter, OtherProgramsReadAnExportFile) {
  base::SeededRandom random(1);
  TestExport content;
  content.keys = RandomKeys(20'000, random);
  KeySigner signer;
  const base::TestFolder folder;
  const auto path = folder.path() / "export.zip";
  ASSERT_TRUE(base::SystemFiles()
                  .Write(path, ZipOf(content, {{{"v1", "310"}, &signer}}), base::FileMode::kPublic)
                  .ok());

  const Output unzip = RunCommand("unzip -t " + path.string());
  EXPECT_EQ(unzip.status, 0) << unzip.text;
  EXPECT_NE(unzip.text.find("No errors detected"), std::string::npos) << unzip.text;

  const Output python = RunCommand(
      "python3 -c 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); "
      "print(z.testzip(), z.namelist(), z.read(\"export.bin\")[:16], "
      "[(e.flag_bits, e.compress_type, e.extra, e.comment) for e in z.infolist()])' " +
      path.string());
  EXPECT_EQ(python.status, 0) << python.text;
  EXPECT_EQ(python.text,
            "None ['export.bin', 'export.sig'] b'EK Export v1    ' "
            "[(8, 8, b'', b''), (8, 8, b'', b'')]\n");
}

// Writes `plain_bytes` of one letter, which shrink a hundredfold.
Status WriteLetters(ZipWriter& zip, std::size_t plain_bytes) {
  ENKS_TRY(zip.BeginEntry("a"));
  ENKS_TRY(zip.Write(Bytes(plain_bytes, 'x')));
  ENKS_TRY(zip.EndEntry());
  return zip.Finish();
}

TEST(ZipWriter, AnEntryLargerThanTheLimitIsRefused) {
  MemoryFile at_limit;
  ZipWriter fits(at_limit, 100'000);
  EXPECT_TRUE(WriteLetters(fits, 100'000).ok());
  MemoryFile over_limit;
  ZipWriter too_large(over_limit, 100'000);
  EXPECT_EQ(WriteLetters(too_large, 100'001).code(), StatusCode::kResourceExhausted);
}

TEST(ZipWriter, AZipLargerThanTheLimitIsRefusedAtEveryStep) {
  const auto write = [](std::uint64_t bytes_max) {
    MemoryFile out;
    ZipWriter zip(out, bytes_max);
    const Status status = WriteLetters(zip, 10);
    EXPECT_LE(zip.size_bytes(), bytes_max + 100);
    return status.ok() ? out.bytes.size() : 0;
  };
  const std::size_t size = write(kZipBytesMax);
  ASSERT_GT(size, 0u);
  EXPECT_EQ(write(size), size);
  for (std::size_t limit = 10; limit < size; ++limit) EXPECT_EQ(write(limit), 0u) << limit;
}

TEST(ZipWriter, AFullDiskIsReported) {
  MemoryFile whole;
  ZipWriter zip(whole);
  ASSERT_TRUE(WriteLetters(zip, 10).ok());
  for (std::size_t room = 0; room < whole.bytes.size(); ++room) {
    MemoryFile out;
    out.bytes_max = room;
    ZipWriter cut(out);
    EXPECT_EQ(WriteLetters(cut, 10).message(), "disk full") << room;
  }
}

}  // namespace
}  // namespace enks::exportfile
