#pragma once

#include <string>

#include "conformance/case_file.h"

namespace enks::conformance {

// docs/compatibility.md: a table a sheet, a row a case, and whether enks answers as the reference.
std::string CompatibilityTable(const CaseFiles& files);

}  // namespace enks::conformance
