#include "cli/attestation_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/base64.h"

namespace enks::cli {
namespace {

constexpr std::uint64_t kFileBytesMax = 256 * 1024;
constexpr std::string_view kBlockBegin = "-----BEGIN ";
constexpr std::string_view kBlockEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

std::string ReadText(const Context& context, const std::string& path) {
  const auto bytes = context.files.Read(path, kFileBytesMax);
  if (!bytes.ok()) throw Failure(bytes.status(), ExitStatus::kWrongUsage);
  return std::string(base::AsText(*bytes));
}

std::string WithoutSpace(std::string_view text) {
  std::string rest(text);
  std::erase_if(rest, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return rest;
}

// What stands in the PEM blocks of a text, in order. The base64 is left as it is: whether it can be
// read is what a verification is about.
std::vector<std::string> Blocks(std::string_view text) {
  std::vector<std::string> blocks;
  std::size_t at = 0;
  while ((at = text.find(kBlockBegin, at)) != std::string_view::npos) {
    const std::size_t label_end = text.find(kDashes, at + kBlockBegin.size());
    if (label_end == std::string_view::npos) break;
    const std::size_t begin = label_end + kDashes.size();
    const std::size_t end = std::min(text.find(kBlockEnd, begin), text.size());
    blocks.push_back(WithoutSpace(text.substr(begin, end - begin)));
    at = end;
  }
  return blocks;
}

// "line 5: what" becomes "FILE:5: what", as editors understand it.
std::string Placed(const std::string& file, std::string_view message) {
  constexpr std::string_view kLine = "line ";
  return message.starts_with(kLine) ? fmt::format("{}:{}", file, message.substr(kLine.size()))
                                    : fmt::format("{}: {}", file, message);
}

std::string DetailOf(const json::BodyFault& fault, publish::Api api) {
  if (api != publish::Api::kV1) return fault.detail;
  return fault.detail + " (a body of the older API? then say --api v1alpha1)";
}

}  // namespace

void FailUsage(std::string text) {
  throw Failure(absl::InvalidArgumentError(text), ExitStatus::kWrongUsage);
}

void AddRequestOptions(Command command, RequestOptions& options) {
  command.AddOption("--request", options.file, "The body of the upload: JSON as the app sends it")
      .TypeName("FILE");
  command.AddOption("--api", options.api, "Whose body it is: v1 or v1alpha1").ShowDefault();
}

publish::Api ReadApi(const RequestOptions& options) {
  if (options.api == "v1") return publish::Api::kV1;
  if (options.api == "v1alpha1") return publish::Api::kV1Alpha1;
  FailUsage("--api: write v1 or v1alpha1");
}

publish::UploadRequest ReadRequest(const Context& context, const RequestOptions& options) {
  const publish::Api api = ReadApi(options);
  const std::string text = ReadText(context, options.file);
  auto outcome =
      publish::ReadUploadRequest({.content_type = "application/json", .bytes = text}, api);
  if (const auto* fault = std::get_if<json::BodyFault>(&outcome)) {
    FailUsage(fmt::format("{}: {}", options.file, DetailOf(*fault, api)));
  }
  return std::get<publish::UploadRequest>(std::move(outcome));
}

attestation::PolicyBook ReadPolicyFile(const Context& context, const std::string& file) {
  const auto bytes = context.files.Read(file, attestation::kPolicyFileBytesMax);
  if (!bytes.ok()) throw Failure(bytes.status(), ExitStatus::kWrongUsage);
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  auto book = attestation::ReadPolicyBook(base::AsText(*bytes), folder);
  if (!book.ok()) FailUsage(Placed(file, MessageOf(book.status())));
  return *std::move(book);
}

base::UnixTime ReadMoment(const Context& context, const std::string& text, const char* option) {
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error == std::errc() && rest == end) return base::UnixTime(std::chrono::seconds(seconds));
  std::string whole = text;
  const std::size_t dot = whole.find('.');
  if (dot != std::string::npos && whole.ends_with('Z')) whole.replace(dot, std::string::npos, "Z");
  try {
    return ReadTime(context, whole, option);
  } catch (const Failure& failure) {
    throw Failure(failure.status(), ExitStatus::kWrongUsage);
  }
}

std::string ReadToken(const Context& context, const std::string& file) {
  return WithoutSpace(ReadText(context, file));
}

std::vector<std::string> ReadChain(const Context& context, const std::vector<std::string>& files) {
  std::vector<std::string> chain;
  for (const std::string& file : files) {
    const std::vector<std::string> blocks = Blocks(ReadText(context, file));
    if (blocks.empty()) FailUsage(fmt::format("--chain {}: no PEM block", file));
    chain.insert(chain.end(), blocks.begin(), blocks.end());
  }
  return chain;
}

base::Bytes ReadBytes(const std::string& text, const char* option) {
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string value = colon == std::string::npos ? "" : text.substr(colon + 1);
  std::optional<base::Bytes> bytes;
  if (kind == "hex") bytes = base::FromHex(value);
  if (kind == "base64") bytes = base::FromAnyBase64(value);
  if (kind == "text") bytes = base::Bytes(value.begin(), value.end());
  // Nothing would match an attestation that carries nothing.
  if (!bytes || bytes->empty()) {
    FailUsage(fmt::format("{}: write hex:..., base64:... or text:...", option));
  }
  return *std::move(bytes);
}

attestation::Scheme ReadScheme(const std::string& text) {
  const auto scheme = attestation::ParseScheme(text);
  if (!scheme) {
    FailUsage(
        "--scheme: write safetynet, play-integrity, devicecheck, app-attest or "
        "android-key-attestation");
  }
  return *scheme;
}

}  // namespace enks::cli
