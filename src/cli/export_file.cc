#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "exportfile/inspect.h"
#include "exportfile/reader.h"

namespace enks::cli {
namespace {

struct Options {
  std::string file;
  bool json = false;
  bool keys = false;
  std::string public_key;
  exportfile::WireSignatureInfo expected;
};

exportfile::ExportFileContent ReadFile(const Context& context, const std::string& path) {
  const exportfile::ReadLimits limits;
  const base::Bytes zip = Require(context.files.Read(path, limits.zip_bytes_max));
  return Require(exportfile::ReadExportFile(zip, limits));
}

void InspectFile(const Context& context, const Options& options) {
  const exportfile::ExportFileContent content = ReadFile(context, options.file);
  const std::uint64_t zip_bytes = Require(context.files.Size(options.file));
  const auto keys = options.keys ? exportfile::ShowKeys::kYes : exportfile::ShowKeys::kNo;
  fmt::print(context.out, "{}\n",
             options.json ? exportfile::InspectJson(content, zip_bytes, keys)
                          : exportfile::InspectText(content, zip_bytes, keys));
}

// The signature infos to try: the one named, or every one in the file.
std::vector<exportfile::WireSignatureInfo> Candidates(
    const Options& options, const exportfile::ExportFileContent& content) {
  const bool named = !options.expected.key_id.empty() || !options.expected.key_version.empty();
  if (named) return {options.expected};
  std::vector<exportfile::WireSignatureInfo> candidates;
  for (const exportfile::WireSignature& signature : content.signatures) {
    candidates.push_back(signature.info);
  }
  return candidates;
}

void Verify(const Context& context, const Options& options) {
  const exportfile::ExportFileContent content = ReadFile(context, options.file);
  const std::string pem = ReadTextFile(context, options.public_key);
  Status last = absl::UnauthenticatedError("the file holds no signature at all");
  for (const exportfile::WireSignatureInfo& info : Candidates(options, content)) {
    last = exportfile::VerifySignature(content, info, pem);
    if (!last.ok()) continue;
    fmt::print(context.out, "Good signature by key id {:?}, version {:?}, over {} keys.\n",
               info.key_id, info.key_version, content.keys.size() + content.revised_keys.size());
    return;
  }
  Require(last);
}

}  // namespace

void AddExportCommand(Command root, Context& context) {
  Command group = root.AddGroup("export", "Look into export files and verify them");
  auto options = std::make_shared<Options>();

  Command inspect = group.AddCommand("inspect", "Say what an export file holds");
  inspect.AddOption("file", options->file, "A zip as phones download it").Required();
  inspect.AddFlag("--json", options->json, "Print JSON for programs");
  inspect.AddFlag("--keys", options->keys, "List every key, too");
  inspect.Action([&context, options] { InspectFile(context, *options); });

  Command verify = group.AddCommand("verify", "Check an export file's signature as a phone does");
  verify.Footer(
      "Example: enks export verify 1606780800-1606784400-00001.zip --public-key "
      "export.pem");
  verify.AddOption("file", options->file, "A zip as phones download it").Required();
  verify.AddOption("--public-key", options->public_key, "PEM file with the public key").Required();
  verify.AddOption("--key-id", options->expected.key_id, "Accept only this key id");
  verify.AddOption("--key-version", options->expected.key_version, "Accept only this version");
  verify.Action([&context, options] { Verify(context, *options); });
}

}  // namespace enks::cli
