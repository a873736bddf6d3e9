#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "crypto/digest.h"
#include "exportfile/encoder.h"
#include "exportfile/reader.h"
#include "exportfile/test_exports.h"
#include "exportfile/zip_reader.h"
#include "exportfile/zip_writer.h"

// The worked example of docs/formats/export-file.md is what our code writes.
namespace enks::exportfile {
namespace {

using base::Bytes;

std::string Page() {
  const auto bytes = base::SystemFiles().Read(ENKS_FORMAT_PAGE, 1 << 20);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.ok() ? std::string(base::AsText(*bytes)) : "";
}

std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t start = text.find(before);
  const std::size_t end = text.find(after, start + before.size());
  EXPECT_NE(start, std::string::npos) << before;
  EXPECT_NE(end, std::string::npos) << after;
  return text.substr(start + before.size(), end - start - before.size());
}

// The bytes of the hex block under a heading: digits up to a `#` on each line.
Bytes HexBlock(const std::string& page, const std::string& heading) {
  const std::string block = Between(page.substr(page.find("\n### " + heading)), "```hex\n", "```");
  std::string digits;
  bool is_comment = false;
  for (const char c : block) {
    if (c == '#') is_comment = true;
    if (c == '\n') is_comment = false;
    if (!is_comment && c != ' ' && c != '\n') digits += c;
  }
  const auto bytes = base::FromHex(digits);
  EXPECT_TRUE(bytes.has_value()) << digits;
  return bytes.value_or(Bytes());
}

WireKey ExampleKey(std::uint8_t first_byte, std::int32_t risk, WireReportType type) {
  std::array<std::uint8_t, 16> data;
  for (std::uint8_t i = 0; i < 16; ++i) data[i] = static_cast<std::uint8_t>(first_byte + i);
  WireKey key;
  key.key = exposure::KeyData(data);
  key.transmission_risk = risk;
  key.rolling_start.number = 2'677'824;  // 2020-11-30T00:00Z
  key.report_type = type;
  return key;
}

TestExport Example() {
  TestExport content;
  WireKey partial = ExampleKey(0x00, 4, WireReportType::kConfirmedTest);
  partial.days_since_onset = -2;
  partial.rolling_period = 72;
  content.keys = {partial, ExampleKey(0x10, 0, WireReportType::kSelfReport)};
  content.revised_keys = {ExampleKey(0x20, 4, WireReportType::kRevoked)};
  return content;
}

const WireSignatureInfo kInfo{.key_version = "v1", .key_id = "262"};

TEST(WorkedExample, TheBinOfThePageIsWhatTheWriterWrites) {
  KeySigner signer;
  const Bytes zip = ZipOf(Example(), {{kInfo, &signer}});
  const Bytes bin = *ZipReader::Open(zip)->Read(kBinName, 1000);
  const std::string page = Page();
  EXPECT_EQ(base::ToHex(HexBlock(page, "export.bin")), base::ToHex(bin));
  EXPECT_EQ(Between(page, "SHA-256 of these " + std::to_string(bin.size()) + " bytes: `", "`"),
            base::ToHex(crypto::Sha256(bin)));
}

TEST(WorkedExample, TheSignatureOfThePageIsOneOfItsBin) {
  const std::string page = Page();
  MemoryFile out;
  ZipWriter zip(out);
  for (const std::string name : {"export.bin", "export.sig"}) {
    ASSERT_TRUE(zip.BeginEntry(name).ok());
    ASSERT_TRUE(zip.Write(HexBlock(page, name)).ok());
    ASSERT_TRUE(zip.EndEntry().ok());
  }
  ASSERT_TRUE(zip.Finish().ok());
  const auto read = ReadExportFile(out.bytes, {});
  ASSERT_TRUE(read.ok()) << read.status();
  const std::string pem = "-----BEGIN PUBLIC KEY-----" +
                          Between(page, "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----") +
                          "-----END PUBLIC KEY-----\n";
  EXPECT_TRUE(VerifySignature(*read, kInfo, pem).ok()) << VerifySignature(*read, kInfo, pem);
  EXPECT_EQ(EncodeSignatures(read->signatures), HexBlock(page, "export.sig"));
}

}  // namespace
}  // namespace enks::exportfile
