#include "server_child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/check.h"
#include "figure.h"
#include "http/client.h"

namespace enks::bench {
namespace {

constexpr std::chrono::seconds kStartMax{300};
constexpr int kAttemptPauseMs = 5;
constexpr int kFieldsBeforeUserTime = 11;  // of /proc/PID/stat, counted after the program's name
constexpr double kKbOfMb = 1024;

class BoundSocket {
 public:
  BoundSocket() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ENKS_CHECK(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    ENKS_CHECK(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  BoundSocket(const BoundSocket&) = delete;
  BoundSocket& operator=(const BoundSocket&) = delete;
  ~BoundSocket() { ::close(socket_); }
  std::uint16_t port() const { return port_; }

 private:
  const int socket_;
  std::uint16_t port_ = 0;
};

// What the child does between fork and exec: nothing that takes a lock.
[[noreturn]] void Become(const std::array<const char*, 5>& words, const char* log_file) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int log = ::open(log_file, O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(words[0], const_cast<char* const*>(words.data()));
  ::_exit(127);
}

}  // namespace

Ports FreePorts() {
  const BoundSocket exposed;
  const BoundSocket internal;
  return {exposed.port(), internal.port()};
}

ServerChild::ServerChild(const std::filesystem::path& program,
                         const std::filesystem::path& data_folder, std::uint16_t public_port,
                         const base::Clock& clock) {
  const std::string log_file = data_folder / "server.log";
  const std::array<const char*, 5> words = {program.c_str(), "serve", "--data", data_folder.c_str(),
                                            nullptr};
  const auto start = clock.Monotonic();
  pid_ = ::fork();
  ENKS_CHECK(pid_ >= 0);
  if (pid_ == 0) Become(words, log_file.c_str());
  AwaitHealthy(public_port, clock);
  start_seconds_ = Seconds(clock.Monotonic() - start);
}

ServerChild::~ServerChild() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

void ServerChild::AwaitHealthy(std::uint16_t public_port, const base::Clock& clock) {
  const auto client = http::Client::Create({});
  const std::string url = fmt::format("http://127.0.0.1:{}/health", public_port);
  const auto deadline = clock.Monotonic() + kStartMax;
  while (clock.Monotonic() < deadline) {
    const auto answer = client->Send("GET", url, {}, "");
    if (answer.ok() && answer->status == 200) return;
    ENKS_CHECK(::waitpid(pid_, nullptr, WNOHANG) == 0);  // it has ended: see server.log
    ::poll(nullptr, 0, kAttemptPauseMs);
  }
  ENKS_CHECK(false);
}

std::string ServerChild::StatusOf(const char* file) const {
  std::ifstream stream(fmt::format("/proc/{}/{}", pid_, file));
  return {std::istreambuf_iterator<char>(stream), {}};
}

double ServerChild::CpuSeconds() const {
  const std::string text = StatusOf("stat");
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < kFieldsBeforeUserTime; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double ServerChild::StatusMb(const char* name) const {
  std::istringstream lines(StatusOf("status"));
  for (std::string word; lines >> word;) {
    double kilobytes = 0;
    if (word == name && lines >> kilobytes) return kilobytes / kKbOfMb;
  }
  return 0;
}

double ServerChild::MemoryMb() const {
  return StatusMb("VmRSS:");
}
double ServerChild::PeakMemoryMb() const {
  return StatusMb("VmHWM:");
}

void ServerChild::ForgetPeak() {
  // "5": proc(5), clear_refs, resets the peak to what is resident now.
  std::ofstream(fmt::format("/proc/{}/clear_refs", pid_)) << "5";
}

}  // namespace enks::bench
