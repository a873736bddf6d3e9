#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "http/message.h"

namespace enks::server {

// /health: 200 `{"status": "ok"}` while `probe` succeeds, 500 otherwise (spec/platform.md section
// 7, "Health"). The outcome is remembered for a second, and whoever asks while a probe runs is
// answered by that probe: no number of requests can load the database or fill a queue. `probe` may
// block: it runs on `worker`, which should have nothing else to do, so that health never waits for
// a job; a queue of one is enough. One handler can serve several listeners. Everything handed over
// outlives the handler.
std::unique_ptr<http::Handler> MakeHealthEndpoint(std::function<Status()> probe,
                                                  base::WorkerPool& worker,
                                                  const base::Clock& clock);

// /live: 200 as long as the process answers at all, whatever the database does.
std::unique_ptr<http::Handler> MakeLivenessEndpoint();

}  // namespace enks::server
