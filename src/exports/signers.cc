#include "exports/signers.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace enks::exports {
namespace {

bool Contains(const std::vector<std::int64_t>& ids, std::int64_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool IsValid(const store::SignatureInfo& info, base::UnixTime now) {
  return info.from <= now && (!info.thru || now <= *info.thru);
}

bool NewerFirst(const store::SignatureInfo& a, const store::SignatureInfo& b) {
  return a.from != b.from ? a.from > b.from : a.id > b.id;
}

void LogMissing(const store::ExportBatch& batch, const std::vector<store::SignatureInfo>& infos,
                base::Log& log) {
  for (const std::int64_t id : batch.settings.signature_info_ids) {
    const bool known =
        std::any_of(infos.begin(), infos.end(),
                    [id](const store::SignatureInfo& info) { return info.id == id; });
    if (known) continue;
    log.Warning("a batch names a signature info that does not exist",
                {{"batch_id", batch.id}, {"signature_info_id", id}});
  }
}

// What the configuration of a batch names now; the batch has a copy from when it was made.
Result<std::vector<std::int64_t>> PresentIds(const store::ExportBatch& batch,
                                             store::ReadOnlyStore& store) {
  ENKS_ASSIGN(auto configs, store.ExportConfigs());
  for (store::ExportConfig& config : configs) {
    if (config.id == batch.settings.id) return std::move(config.signature_info_ids);
  }
  return std::vector<std::int64_t>();
}

}  // namespace

std::vector<store::SignatureInfo> ChooseSigners(const std::vector<store::SignatureInfo>& infos,
                                                const std::vector<std::int64_t>& ids,
                                                base::UnixTime now) {
  std::vector<store::SignatureInfo> chosen;
  for (const store::SignatureInfo& info : infos) {
    if (Contains(ids, info.id) && IsValid(info, now)) chosen.push_back(info);
  }
  std::sort(chosen.begin(), chosen.end(), NewerFirst);
  if (chosen.size() > store::kSignaturesMax) chosen.resize(store::kSignaturesMax);
  return chosen;
}

Result<OpenedSigners> OpenSigners(const store::ExportBatch& batch, store::ReadOnlyStore& store,
                                  secrets::KeyManager& keys, base::UnixTime now, base::Log& log) {
  ENKS_ASSIGN(const auto infos, store.SignatureInfos());
  LogMissing(batch, infos, log);
  auto chosen = ChooseSigners(infos, batch.settings.signature_info_ids, now);
  if (chosen.empty()) {
    ENKS_ASSIGN(const auto present_ids, PresentIds(batch, store));
    chosen = ChooseSigners(infos, present_ids, now);
  }
  if (chosen.empty()) {
    return absl::FailedPreconditionError(fmt::format(
        "no signing key of export configuration {} is valid now; phones refuse unsigned files, so "
        "batch {} waits until the configuration names a valid one",
        batch.settings.id, batch.id));
  }
  OpenedSigners opened;
  for (const store::SignatureInfo& info : chosen) {
    ENKS_ASSIGN(auto signer, keys.OpenSigner(info.signing_key));
    opened.entries.push_back({{info.key_version, info.key_id}, signer.get()});
    opened.signers.push_back(std::move(signer));
  }
  return opened;
}

}  // namespace enks::exports
