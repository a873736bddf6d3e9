#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "exports/endpoints.h"
#include "secrets/file_key_manager.h"

namespace enks::cli {
namespace {

struct Options {
  DataOptions data;
  std::string reference;
  bool sealing = false;
};

void Keygen(Context& context, const Options& options) {
  const auto loaded = Require(LoadInstallation(context, options.data));
  const auto keys = secrets::MakeFileKeyManager(loaded.settings.Resolve(loaded.settings.key_folder),
                                                context.files, context.random);
  const std::string reference = options.reference.find("://") == std::string::npos
                                    ? "file://" + options.reference
                                    : options.reference;
  if (options.sealing) {
    Require(keys->CreateSealingKey(reference));
    fmt::print(context.out, "Made sealing key {}.\n", reference);
    return;
  }
  Require(keys->CreateSigningKey(reference));
  const auto signer = Require(keys->OpenSigner(reference));
  fmt::print(context.out, "Made signing key {}. Its public half:\n{}", reference,
             signer->PublicKeyPem());
  fmt::print(context.err,
             "Back the key up, give the public half to Apple and Google, then:\n"
             "  enks signature-info add --key {} --key-id MCC --key-version v1\n",
             reference);
}

}  // namespace

void AddKeyCommands(Command root, Context& context) {
  auto options = std::make_shared<Options>();
  Command keygen = root.AddCommand(
      "keygen", "Make a private key in the key folder: EC P-256 for signing, or for sealing");
  keygen.Footer("Example: enks keygen export-2.pem");
  AddDataOptions(keygen, options->data, context);
  keygen.AddOption("reference", options->reference, "File name, or a reference file://NAME")
      .Required();
  keygen.AddFlag("--sealing", options->sealing, "256-bit sealing key (revision tokens)");
  keygen.Action([&context, options] { Keygen(context, *options); });

  Command keys =
      root.AddCommand("keys", "Public keys that verify export files, as JSON for app developers");
  keys.Footer("The server hands out the same text at /v1/keys.");
  AddDataOptions(keys, options->data, context);
  keys.Action([&context, options] {
    auto opened = Require(OpenInstallation(context, options->data));
    fmt::print(context.out, "{}\n",
               Require(exports::PublicKeysJson(*opened.store, *opened.keys, context.clock.Now())));
  });
}

}  // namespace enks::cli
