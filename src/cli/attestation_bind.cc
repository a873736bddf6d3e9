#include <fmt/format.h>

#include <memory>

#include "cli/attestation_commands.h"
#include "cli/attestation_input.h"
#include "cli/attestation_words.h"
#include "json/writer.h"
#include "publish/bound_upload.h"

namespace enks::cli {
namespace {

using attestation::Scheme;

struct Options {
  RequestOptions request;
  std::string scheme;
  std::string challenge;
  bool json = false;
};

// DeviceCheck is not among them: its tokens carry nothing of the app's.
constexpr Scheme kBindingSchemes[] = {Scheme::kPlayIntegrity, Scheme::kAppAttest,
                                      Scheme::kAndroidKeyAttestation, Scheme::kSafetyNet};

std::vector<Scheme> SchemesToShow(const Options& options) {
  if (options.scheme.empty()) return {std::begin(kBindingSchemes), std::end(kBindingSchemes)};
  const Scheme scheme = ReadScheme(options.scheme);
  if (scheme == Scheme::kDeviceCheck) {
    FailUsage("devicecheck binds nothing: its tokens carry nothing of the app's");
  }
  return {scheme};
}

attestation::BoundUpload ReadUpload(const Context& context, const Options& options) {
  if (options.request.file.empty()) FailUsage("--request: which upload?");
  attestation::BoundUpload upload = publish::BoundUploadOf(ReadRequest(context, options.request));
  if (!options.challenge.empty()) upload.challenge = options.challenge;
  return upload;
}

void Bind(const Context& context, const Options& options) {
  const attestation::BoundUpload upload = ReadUpload(context, options);
  json::Writer writer;
  writer.BeginObject();
  for (const Scheme scheme : SchemesToShow(options)) {
    const NamedValues values = BindingInWords(scheme, upload);
    if (values.empty()) {
      FailUsage(
          "nothing can be bound to this upload: a key is not 16 bytes, a number is negative, or "
          "something is no base64");
    }
    if (!options.json) fmt::print(context.out, "{}\n", attestation::SchemeId(scheme));
    writer.Name(attestation::SchemeId(scheme)).BeginObject();
    for (const auto& [name, value] : values) {
      writer.Name(name).Text(value);
      if (!options.json) fmt::print(context.out, "  {:<17} {}\n", name, value);
    }
    writer.EndObject();
  }
  writer.EndObject();
  if (options.json) fmt::print(context.out, "{}\n", std::move(writer).Take());
}

}  // namespace

void AddAttestationBind(Command group, Context& context) {
  auto options = std::make_shared<Options>();
  Command command = group.AddCommand("bind", "Compute what an attestation of an upload must carry");
  command.Footer(
      "For app developers: compare with what the app computes, byte by byte. message_hex is M of\n"
      "docs/formats/attestation-binding.md, digest_* is its SHA-256. Example:\n"
      "  enks attestation bind --request upload.json --scheme app-attest");
  AddRequestOptions(command, options->request);
  command.AddOption("--scheme", options->scheme, "Only for this scheme; none: for all that bind");
  command.AddOption("--challenge", options->challenge,
                    "The server's challenge in base64, if the request does not hold it");
  command.AddFlag("--json", options->json, "Print JSON for programs");
  command.Action([&context, options] { Bind(context, *options); });
}

}  // namespace enks::cli
