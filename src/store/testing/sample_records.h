#pragma once

#include "store/records.h"

// Records that the store accepts, for tests to change in the one place they are about.
namespace enks::store::testing {

HealthAuthority SampleAuthority();
HealthAuthorityKey SampleAuthorityKey(std::string version);
AuthorizedApp SampleApp();
SignatureInfo SampleSignatureInfo();
// Without signature infos.
ExportConfig SampleExportConfig();

}  // namespace enks::store::testing
