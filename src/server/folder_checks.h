#pragma once

#include "base/files.h"
#include "base/result.h"
#include "server/settings.h"

namespace enks::server {

// Looks at the folders that the settings name before anything starts, so that a wrong mode shows
// now and not when the first file is due: the key folder must be its owner's alone, and with the
// export role the files folder must take files. kFailedPrecondition, saying what to type.
Status CheckFolders(const Settings& settings, base::Files& files);

}  // namespace enks::server
