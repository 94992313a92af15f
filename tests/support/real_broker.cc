// SPDX-License-Identifier: Apache-2.0
#include "tests/support/real_broker.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/child_process.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kStartTimeout = absl::Seconds(90);
constexpr absl::Duration kStopTimeout = absl::Seconds(30);
constexpr int kPortAttempts = 5;
// Any 16 bytes in URL-safe base 64.
constexpr const char* kClusterId = "cHJlc3NoYXdrLXRlc3RzIQ";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

fs::path JarDirectory() {
  const std::string set = Environment("PRESSHAWK_KAFKA_LIB");
  return set.empty()
             ? fs::path(Environment("HOME")) / ".cache/presshawk/kafka-4.4.0"
             : fs::path(set);
}

std::string FindJava() {
  std::istringstream path(Environment("PATH"));
  for (std::string folder; std::getline(path, folder, ':');) {
    const std::string java = folder + "/java";
    if (access(java.c_str(), X_OK) == 0) {
      return java;
    }
  }
  return "";
}

class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Ports that nobody has at this moment. Somebody may take one before the broker
// does: then the broker ends, and is started with others.
std::array<int, 5> FreePorts() {
  std::array<Socket, 5> sockets;
  std::array<int, 5> ports = {};
  for (size_t i = 0; i < sockets.size(); ++i) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    if (bind(sockets[i].fd(), reinterpret_cast<sockaddr*>(&address), size) ==
            0 &&
        getsockname(sockets[i].fd(), reinterpret_cast<sockaddr*>(&address),
                    &size) == 0) {
      ports[i] = ntohs(address.sin_port);
    }
  }
  return ports;
}

bool CanConnect(int port) {
  const Socket socket;
  const sockaddr_in address = Loopback(port);
  return connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address)) == 0;
}

void WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string ReadFile(const fs::path& path, uintmax_t from) {
  std::ifstream file(path);
  file.seekg(static_cast<std::streamoff>(from));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Tail(const std::string& text) {
  constexpr size_t kBytes = 3000;
  return text.size() <= kBytes ? text : text.substr(text.size() - kBytes);
}

std::vector<std::string> JavaCommand(const fs::path& directory) {
  return {FindJava(), "-Xmx384m", "-Xms64m", "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC", "-Xshare:auto",
          // A broker that is killed leaves the libraries it unpacked.
          StrCat("-Djava.io.tmpdir=", directory.string()),
          StrCat("-Dlog4j2.configurationFile=",
                 (directory / "log4j2.properties").string()),
          "-cp", (JarDirectory() / "*").string()};
}

constexpr const char* kLog4j = R"(status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
)";

std::string ServerProperties(int port, int controller_port,
                             const fs::path& directory,
                             const std::string& more_listeners,
                             const std::string& more_protocols,
                             const std::string& more) {
  return StrCat(
      "process.roles=broker,controller\nnode.id=1\n"
      "controller.quorum.voters=1@127.0.0.1:",
      controller_port, "\nlisteners=PLAINTEXT://127.0.0.1:", port,
      ",CONTROLLER://127.0.0.1:", controller_port, more_listeners,
      "\nadvertised.listeners=PLAINTEXT://127.0.0.1:", port, more_listeners,
      "\ncontroller.listener.names=CONTROLLER\n"
      "inter.broker.listener.name=PLAINTEXT\n"
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,"
      "CONTROLLER:PLAINTEXT",
      more_protocols, "\nlog.dirs=", (directory / "data").string(),
      "\noffsets.topic.replication.factor=1\n"
      "offsets.topic.num.partitions=4\n"
      "transaction.state.log.replication.factor=1\n"
      "transaction.state.log.min.isr=1\n"
      "transaction.state.log.num.partitions=4\n"
      "share.coordinator.state.topic.replication.factor=1\n"
      "share.coordinator.state.topic.min.isr=1\n"
      // Else each first join of a group waits for three seconds.
      "group.initial.rebalance.delay.ms=0\n"
      "auto.create.topics.enable=false\n"
      "num.network.threads=2\nnum.io.threads=4\n"
      "log.flush.offset.checkpoint.interval.ms=60000\n",
      more);
}

}  // namespace

absl::Status RealBroker::Available() {
  if (FindJava().empty()) {
    return absl::NotFoundError(
        "the tests with a real Kafka need Java 17 or newer, and there is no "
        "`java` in PATH: run ./dev setup (or set PRESSHAWK_SKIP_KAFKA=1 to "
        "leave these tests out)");
  }
  std::error_code error;
  bool has_kafka = false;
  for (const auto& entry : fs::directory_iterator(JarDirectory(), error)) {
    has_kafka = has_kafka ||
                entry.path().filename().string().starts_with("kafka-server-");
  }
  if (!has_kafka) {
    return absl::NotFoundError(
        StrCat("the tests with a real Kafka need its jars in ",
               JarDirectory().string(),
               ", and there are none: run ./dev setup, or set "
               "PRESSHAWK_KAFKA_LIB to the folder that has them (or "
               "PRESSHAWK_SKIP_KAFKA=1 to leave these tests out)"));
  }
  return absl::OkStatus();
}

bool RealBroker::SkippedByEnvironment() {
  return Environment("PRESSHAWK_SKIP_KAFKA") == "1";
}

absl::StatusOr<std::unique_ptr<RealBroker>> RealBroker::Start(
    const Options& options) {
  if (absl::Status status = Available(); !status.ok()) {
    return status;
  }
  std::string pattern =
      (fs::temp_directory_path() / "presshawk-kafka-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    return absl::InternalError("cannot make a directory for the broker");
  }
  std::unique_ptr<RealBroker> broker(new RealBroker(pattern));
  WriteFile(broker->directory_ / "log4j2.properties", kLog4j);
  broker->secure_ = options.secure;
  if (options.secure) {
    if (absl::Status status = MakeCertificates(broker->directory_);
        !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = broker->ChoosePortsAndStart(options);
      !status.ok()) {
    return status;
  }
  return broker;
}

RealBroker::~RealBroker() {
  Kill();
  std::error_code error;
  fs::remove_all(directory_, error);
}

absl::Status RealBroker::ChoosePortsAndStart(const Options& options) {
  absl::Status status;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    const std::array<int, 5> ports = FreePorts();
    port_ = ports[0];
    controller_port_ = ports[1];
    secure_ports_ = {
        .tls = ports[2], .mutual_tls = ports[3], .sasl_tls = ports[4]};
    WriteFile(directory_ / "server.properties",
              secure_ ? ServerProperties(
                            port_, controller_port_, directory_,
                            SecureListeners(secure_ports_), SecureProtocols(),
                            SecureProperties(directory_) + options.properties)
                      : ServerProperties(port_, controller_port_, directory_,
                                         "", "", options.properties));
    std::error_code error;
    fs::remove_all(directory_ / "data", error);
    if (status = Format(); !status.ok()) {
      return status;
    }
    if (status = Launch(); status.ok()) {
      return status;
    }
    if (LogSinceLaunch().find("already in use") == std::string::npos) {
      return status;
    }
  }
  return status;
}

absl::Status RealBroker::Format() {
  std::vector<std::string> command = JavaCommand(directory_);
  for (const char* argument :
       {"kafka.tools.StorageTool", "format", "-t", kClusterId, "-c"}) {
    command.emplace_back(argument);
  }
  command.push_back((directory_ / "server.properties").string());
  if (secure_) {
    for (const char* const mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
      command.emplace_back("--add-scram");
      command.push_back(StrCat(mechanism, "=[name=", kSaslUser,
                               ",password=", kSaslPassword, "]"));
    }
  }
  const pid_t pid = Spawn(command, directory_ / "format.log");
  int result = 0;
  waitpid(pid, &result, 0);
  if (!WIFEXITED(result) || WEXITSTATUS(result) != 0) {
    return absl::InternalError(
        StrCat("formatting the broker's storage failed:\n",
               Tail(ReadFile(directory_ / "format.log", 0))));
  }
  return absl::OkStatus();
}

absl::Status RealBroker::Launch() {
  std::error_code error;
  const uintmax_t size = fs::file_size(log_file(), error);
  log_offset_ = error ? 0 : size;
  std::vector<std::string> command = JavaCommand(directory_);
  command.emplace_back("kafka.Kafka");
  command.push_back((directory_ / "server.properties").string());
  pid_ = Spawn(command, log_file());
  return WaitUntilReady();
}

absl::Status RealBroker::WaitUntilReady() {
  const absl::Time deadline = absl::Now() + kStartTimeout;
  while (absl::Now() < deadline) {
    if (WaitForExit(absl::ZeroDuration())) {
      return absl::InternalError(
          StrCat("the broker ended at its start:\n", Tail(LogSinceLaunch())));
    }
    if (LogSinceLaunch().find("Kafka Server started") != std::string::npos &&
        CanConnect(port_)) {
      return absl::OkStatus();
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
  Kill();
  return absl::DeadlineExceededError(
      StrCat("the broker did not start:\n", Tail(LogSinceLaunch())));
}

std::string RealBroker::LogSinceLaunch() const {
  return ReadFile(log_file(), log_offset_);
}

bool RealBroker::WaitForExit(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (pid_ > 0) {
    int result = 0;
    if (waitpid(pid_, &result, WNOHANG) == pid_) {
      pid_ = -1;
      return true;
    }
    if (absl::Now() >= deadline) {
      return false;
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

std::string RealBroker::bootstrap_servers() const {
  return StrCat("127.0.0.1:", port_);
}

absl::Status RealBroker::Stop() {
  if (pid_ <= 0) {
    return absl::OkStatus();
  }
  kill(pid_, SIGTERM);
  if (!WaitForExit(kStopTimeout)) {
    Kill();
    return absl::DeadlineExceededError("the broker did not stop; killed");
  }
  return absl::OkStatus();
}

void RealBroker::Kill() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    int result = 0;
    waitpid(pid_, &result, 0);
    pid_ = -1;
  }
}

void RealBroker::Pause() {
  if (pid_ > 0) {
    kill(pid_, SIGSTOP);
  }
}

void RealBroker::Resume() {
  if (pid_ > 0) {
    kill(pid_, SIGCONT);
  }
}

absl::Status RealBroker::Restart() { return Launch(); }

}  // namespace presshawk
