// A stop that begins at an unlucky moment, step by step of the event loop.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "http/connection.h"
#include "http/router.h"
#include "http/testing/test_client.h"
#include "http/testing/test_handlers.h"

namespace enks::http {
namespace {

TEST(ConnectionStop, AConnectionThatWritesItsAnswerWhenTheStopBeginsIsClosedAfterIt) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  EchoHandler echo;
  Router router;
  router.Add({.path = "/echo", .handler = &echo});
  const ServerLimits limits;
  base::MemoryLog log;
  LoopState state{.router = router, .limits = limits, .log = log, .date = "now"};
  boost::asio::io_context loop(1);
  bool is_done = false;
  const auto connection = Connection::Create(loop, ends[0], state);
  connection->Start([&is_done] { is_done = true; });

  const std::string request = Get("/echo");
  ASSERT_EQ(::write(ends[1], request.data(), request.size()), static_cast<ssize_t>(request.size()));
  char answer[4096];
  while (::recv(ends[1], answer, sizeof answer, 0) < 0) ASSERT_EQ(loop.run_one(), 1U);
  // The answer is out, but the connection does not know it yet: it is not idle.
  state.is_stopping = true;
  connection->CloseIfIdle();
  EXPECT_FALSE(is_done);
  loop.run();
  EXPECT_TRUE(is_done);
  EXPECT_EQ(::recv(ends[1], answer, sizeof answer, 0), 0) << "the end of the connection";
  ::close(ends[1]);
}

}  // namespace
}  // namespace enks::http
