#include <fmt/format.h>

#include <memory>
#include <thread>

#include "base/base64.h"
#include "cli/phone_commands.h"
#include "phone/one_phone.h"
#include "phone/trusted_keys.h"

namespace enks::cli {
namespace {

struct Options {
  std::string url = "http://127.0.0.1:8080";
  std::string heard = "heard.txt";
  // make-authority and upload
  std::string authority_key;
  phone::AuthorityIdentity identity;
  phone::OneUpload upload;
  std::string report_type = "confirmed";
  // download
  std::string bucket = "exposures";
  std::string root;
  std::string memory;
};

void MakeAuthority(Context& context, const Options& options) {
  if (context.files.Size(options.authority_key).ok()) {
    throw Failure(absl::AlreadyExistsError(options.authority_key + " exists already"));
  }
  const auto key = crypto::EcdsaPrivateKey::Generate();
  Require(context.files.Write(options.authority_key, base::AsBytes(key.ToPem()),
                              base::FileMode::kOwnerOnly));
  fmt::print(context.out, "{}", key.PublicKey().ToPem());
  fmt::print(context.err,
             "The private key is in {}. Register the public half above:\n"
             "  enks authority add --issuer {:?} --audience {:?} --name Simulated \\\n"
             "      --key-version {} --public-key FILE\n",
             options.authority_key, options.identity.issuer, options.identity.audience,
             options.identity.key_version);
}

void Upload(Context& context, Options options) {
  const std::string pem = ReadTextFile(context, options.authority_key);
  const phone::HealthAuthority authority(options.identity,
                                         Require(crypto::EcdsaPrivateKey::FromPem(pem)));
  const auto type = exposure::ReportTypeFromName(options.report_type);
  if (!type) {
    Require(absl::InvalidArgumentError(
        "--report-type: write confirmed, likely, user-report or negative"));
  }
  options.upload.disclosure.report_type = *type;
  const auto client = http::Client::Create({});
  phone::Uploader uploader(*client, options.url + "/v1/publish", {}, context.random,
                           [](std::chrono::seconds wait) { std::this_thread::sleep_for(wait); });
  const auto result = phone::UploadAsOnePhone(options.upload, authority, uploader,
                                              context.clock.Now(), context.random);
  const phone::UploadReceipt& receipt = result.receipt;
  fmt::print(context.out, "{} after {} attempt(s), {} keys inserted\n", receipt.status,
             receipt.attempts, receipt.inserted);
  const Status not_in_full = absl::FailedPreconditionError(
      fmt::format("not accepted in full: {} {}", receipt.code, receipt.error));
  if (receipt.outcome == phone::UploadOutcome::kRefused) throw Failure(not_in_full);
  // Some of the keys are with the server, or may be: they are gone for good if not kept here.
  Require(context.files.Write(options.heard, base::AsBytes(phone::FormatSightings(result.heard)),
                              base::FileMode::kOwnerOnly));
  for (const phone::Tek& tek : result.keys) {
    fmt::print(context.out, "  TEK {}\n", base::ToBase64(tek.key.bytes()));
  }
  fmt::print(context.err,
             "What a phone nearby would have heard is in {}. `enks phone download` finds it again "
             "once the keys are exported; `enks explain TEK` says when.\n",
             options.heard);
  if (receipt.outcome != phone::UploadOutcome::kAccepted) throw Failure(not_in_full);
}

phone::IndexFollower ReadMemory(const Context& context, const std::string& path) {
  if (path.empty() || !context.files.Size(path).ok()) return {};
  const base::Bytes text = Require(context.files.Read(path, phone::kStateBytesMax));
  return Require(phone::IndexFollower::FromText(base::AsText(text)));
}

void Download(Context& context, const Options& options) {
  const auto client = http::Client::Create({});
  phone::HttpFeed feed(
      *client,
      {fmt::format("{}/files/{}", options.url, options.bucket), options.root + "/index.txt"},
      Require(phone::FetchTrustedKeys(*client, options.url + "/v1/keys")));
  phone::IndexFollower follower = ReadMemory(context, options.memory);
  const auto heard = Require(phone::ParseSightings(ReadTextFile(context, options.heard)));
  const auto result = Require(phone::DownloadAsOnePhone(feed, follower, heard));
  for (const auto& [name, file] : result.round.files) {
    fmt::print(context.out, "  {}  {} keys, {} bytes, signature good\n", name,
               file->content.keys.size() + file->content.revised_keys.size(), file->zip_bytes);
  }
  fmt::print(context.out, "{} new file(s), {} missing, {} refused; {} key(s) matched: {}\n",
             result.round.files.size(), result.round.missing, result.round.refused,
             result.exposures.size(), result.notified ? "the user is warned" : "no warning");
  if (options.memory.empty()) return;
  Require(context.files.Write(options.memory, base::AsBytes(follower.ToText()),
                              base::FileMode::kOwnerOnly));
}

void AddIdentityOptions(Command command, Options& options) {
  command.AddOption("--issuer", options.identity.issuer, "JWT iss").ShowDefault();
  command.AddOption("--audience", options.identity.audience, "JWT aud").ShowDefault();
  command.AddOption("--key-version", options.identity.key_version, "JWT kid").ShowDefault();
}

}  // namespace

void AddPhoneByHand(Command group, Context& context) {
  auto options = std::make_shared<Options>();

  Command authority = group.AddCommand(
      "make-authority", "Make a key for a simulated health authority that certifies anything");
  authority.AddOption("file", options->authority_key, "Where the private key goes").Required();
  AddIdentityOptions(authority, *options);
  authority.Action([&context, options] { MakeAuthority(context, *options); });

  Command upload = group.AddCommand("upload", "Upload as one phone with a diagnosis");
  upload.Footer("Example: enks phone upload --app org.example.app --authority-key authority.key");
  upload.AddOption("--url", options->url, "The server's public address").ShowDefault();
  upload.AddOption("--app", options->upload.app_name, "An app the server has authorized")
      .Required();
  upload.AddOption("--authority-key", options->authority_key, "Made by make-authority").Required();
  AddIdentityOptions(upload, *options);
  upload.AddOption("--days", options->upload.days, "Days of keys").ShowDefault();
  upload.AddOption("--report-type", options->report_type, "What the authority vouches for")
      .ShowDefault();
  upload.AddOption("--heard", options->heard, "Where to write what phones nearby heard")
      .ShowDefault();
  upload.Action([&context, options] { Upload(context, *options); });

  Command download =
      group.AddCommand("download", "Download new files as one phone, verify and match them");
  download.Footer("Example: enks phone download --root US --heard heard.txt --memory phone.txt");
  download.AddOption("--url", options->url, "The server's public address").ShowDefault();
  download.AddOption("--bucket", options->bucket, "Bucket of the export configuration")
      .ShowDefault();
  download.AddOption("--root", options->root, "Its filename root").Required();
  download.AddOption("--heard", options->heard, "Identifiers this phone heard").ShowDefault();
  download.AddOption("--memory", options->memory, "File in which the phone remembers its place");
  download.Action([&context, options] { Download(context, *options); });
}

}  // namespace enks::cli
