#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/settings.h"

namespace enks::server {

// Applies the environment variables of the reference server (spec/publish.md section 12,
// spec/export-pipeline.md sections 5 and 8, spec/platform.md), so that its operators can move over
// with the environment they have. A variable that is set but empty means zero, as there. Variables
// that have no meaning in enks are reported in `notes`.
Status ApplyReferenceEnvironment(const std::map<std::string, std::string>& environment,
                                 Settings& settings, std::vector<std::string>& notes);

}  // namespace enks::server
