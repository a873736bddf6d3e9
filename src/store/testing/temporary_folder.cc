#include "store/testing/temporary_folder.h"

#include <stdlib.h>

#include <string>
#include <system_error>

#include "base/check.h"

namespace enks::store::testing {

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "enks-test-XXXXXX";
  ENKS_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace enks::store::testing
