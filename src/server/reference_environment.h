#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/settings.h"

namespace enks::server {

// Applies the environment variables of the reference server (spec/publish.md section 12,
// spec/export-pipeline.md sections 5 and 8, spec/platform.md), so that its operators can move over
// with the environment they have. A variable that is set but empty means zero, as there. Variables
// that change nothing in enks are reported in `notes`. kInvalidArgument for what is out of range
// and for what enks cannot do although the value asks for it (reference_variables.h).
Status ApplyReferenceEnvironment(const std::map<std::string, std::string>& environment,
                                 Settings& settings, std::vector<std::string>& notes);

// Whether an environment variable is one that settings are read from, ours or the reference's. Who
// starts a server on an installation of its own must not hand it these: they win over the file, and
// would let it work on another database.
bool IsSettingsVariable(std::string_view name);

}  // namespace enks::server
