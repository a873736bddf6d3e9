#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "exportfile/writer.h"
#include "secrets/signer.h"
#include "store/store.h"

namespace enks::exports {

// Those of `infos` that sign a batch which asks for `ids`, at `now`: valid (from <= now <= thru),
// newest `from` first as the format demands, and of those at most kSignaturesMax, because phones
// look at no more.
std::vector<store::SignatureInfo> ChooseSigners(const std::vector<store::SignatureInfo>& infos,
                                                const std::vector<std::int64_t>& ids,
                                                base::UnixTime now);

// The opened signers of one batch. Owned by one export, opened once for all its files.
struct OpenedSigners {
  std::vector<std::unique_ptr<secrets::Signer>> signers;
  std::vector<exportfile::SignerEntry> entries;  // point into `signers`
};

// The signers are those that the batch asks for, and if none of them is valid now, those that its
// configuration names now. kFailedPrecondition if none of these is valid either: phones refuse
// unsigned files, so the batch has to wait until an operator mends it (divergence E12), by giving
// the configuration a valid signing key or making one valid that it has. A missing id is
// logged and ignored; a key that is configured, valid and cannot be opened is an error, because a
// file without its signature would be refused by the apps that know only that key.
Result<OpenedSigners> OpenSigners(const store::ExportBatch& batch, store::ReadOnlyStore& store,
                                  secrets::KeyManager& keys, base::UnixTime now, base::Log& log);

}  // namespace enks::exports
