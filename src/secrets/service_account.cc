#include "secrets/service_account.h"

#include <fmt/core.h>

#include <array>

#include "base/secret.h"
#include "crypto/rsa.h"
#include "json/read.h"
#include "secrets/key_file.h"

namespace enks::secrets {

struct ServiceAccount::Content {
  std::string email;
  std::string token_uri;
  crypto::RsaPrivateKey key;
};

namespace {

// The members of the file that we need.
struct AccountFile {
  AccountFile() = default;
  AccountFile(const AccountFile&) = delete;
  AccountFile& operator=(const AccountFile&) = delete;
  ~AccountFile() { base::WipeMemory(private_key.data(), private_key.size()); }

  std::string email;
  std::string private_key;
  std::string token_uri;
};

auto JsonMembers(const AccountFile*) {
  return std::array{json::Member<&AccountFile::email>("client_email"),
                    json::Member<&AccountFile::private_key>("private_key"),
                    json::Member<&AccountFile::token_uri>("token_uri")};
}

Status MissingMember(std::string_view name) {
  return absl::InvalidArgumentError(fmt::format("a service account without \"{}\"", name));
}

Status ReadMembers(std::string_view text, AccountFile& file) {
  const json::Document document(text);
  if (document.outcome() != json::ParseOutcome::kOk || document.HasMore() ||
      document.Root().kind() != json::Kind::kObject) {
    return absl::InvalidArgumentError("a service account that is no JSON object");
  }
  const auto result = json::Read(document.Root(), json::UnknownMembers::kIgnore, file);
  if (!result.ok()) {
    return absl::InvalidArgumentError("a service account whose members are not all texts");
  }
  if (file.email.empty()) return MissingMember("client_email");
  if (file.private_key.empty()) return MissingMember("private_key");
  if (file.token_uri.empty()) return MissingMember("token_uri");
  return absl::OkStatus();
}

}  // namespace

Result<ServiceAccount> ServiceAccount::FromJson(std::string_view json) {
  AccountFile file;
  ENKS_TRY(ReadMembers(json, file));
  ENKS_ASSIGN(crypto::RsaPrivateKey key, crypto::RsaPrivateKey::FromPem(file.private_key));
  return ServiceAccount(
      std::make_shared<const Content>(Content{file.email, file.token_uri, std::move(key)}));
}

Result<ServiceAccount> ServiceAccount::Read(base::Files& files, const std::filesystem::path& path) {
  ENKS_ASSIGN(const base::SecretBytes text, ReadKeyFile(files, path));
  auto account = FromJson(base::AsText(text.Expose()));
  if (account.ok()) return account;
  return Status(account.status().code(),
                fmt::format("{}: {}", path.string(), MessageOf(account.status())));
}

const std::string& ServiceAccount::email() const {
  return content_->email;
}

const std::string& ServiceAccount::token_uri() const {
  return content_->token_uri;
}

base::Bytes ServiceAccount::Sign(base::ByteView message) const {
  return content_->key.SignSha256(message);
}

}  // namespace enks::secrets
