#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "http/message.h"

namespace enks::exports {

// Runs a task later, on a thread that may block. May drop it unrun when it is full or stopping.
using Executor = std::function<void(std::function<void()>)>;

// A path that runs a job: what cron jobs of the reference's operators call, with any method
// (spec/export-pipeline.md section 8). The job runs on `executor`, never on the network thread, and
// the answer comes when it has ended:
//   200 {"ok":true}               it succeeded
//   200 {"error":"too early"}     it is still running since an earlier request
//   500 {"errors":["<reason>"]}   it failed (divergence E20: the reference loses the reasons)
//   503 {"error":"<reason>"}      the executor dropped it
// The job is handed by value, must be safe to run until the executor has stopped, and logs its own
// failures.
std::unique_ptr<http::Handler> MakeJobTrigger(std::function<Status()> job, Executor executor);

}  // namespace enks::exports
