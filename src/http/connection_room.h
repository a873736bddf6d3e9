#pragma once

#include <cstddef>

#include "base/log.h"

namespace enks::http {

// What a process keeps of its file descriptors for everything but strangers: databases, export
// files being written, the log, and the connections of operators.
inline constexpr std::size_t kDescriptorsReserved = 256;
// What one connection may need: its socket, and the file that it is sent.
inline constexpr std::size_t kDescriptorsPerConnection = 2;

// How many connections, at most `wanted`, leave the reserve alone under a limit of `descriptors`
// open files; under a limit that is smaller than two reserves, half of it is the reserve. At least
// one.
std::size_t ConnectionsWithin(std::size_t descriptors, std::size_t wanted);

// Raises this process's limit of open files, which is 1024 in most shells, as far as `wanted`
// connections need it and the system allows, and returns how many connections fit under it. Writes
// one line to the log when those are fewer. Without this a stranger who merely opens connections
// takes the descriptors that exports and databases need.
std::size_t MakeRoomForConnections(std::size_t wanted, base::Log& log);

}  // namespace enks::http
