// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/service_manager.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "absl/time/time.h"
#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::StartsWith;

// systemd's end of the socket.
class ServiceManagerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              StrCat("service_manager_test.", getpid());
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "notify";
    Bind();
  }
  void TearDown() override {
    close(socket_);
    std::filesystem::remove_all(folder_);
  }

  void Bind() {
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = Address();
    ASSERT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address),
                   sizeof(address)),
              0);
  }
  int Connect() const {
    const int connected = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = Address();
    EXPECT_EQ(connect(connected, reinterpret_cast<const sockaddr*>(&address),
                      sizeof(address)),
              0);
    return connected;
  }
  sockaddr_un Address() const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return address;
  }

  // The next datagram; waits for it.
  std::string Next() const {
    std::array<char, 4096> text;
    const ssize_t size = recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? "error"
                    : std::string(text.data(), static_cast<size_t>(size));
  }

  std::filesystem::path folder_;
  std::string path_;
  int socket_ = -1;
};

TEST_F(ServiceManagerTest, SaysEachPhaseAtOnce) {
  ServiceManager manager({.notify_socket = path_});
  EXPECT_THAT(Next(), StartsWith("EXTEND_TIMEOUT_USEC=30000000"));
  manager.Started();
  EXPECT_EQ(Next(), "READY=1");
  manager.Stopping(absl::Seconds(30));
  EXPECT_EQ(Next(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=55000000");
}

TEST_F(ServiceManagerTest, APhaseThatIsOverBeforeItWasSaidIsLeftOut) {
  {
    ServiceManager manager({.notify_socket = path_});
    manager.Started();
    manager.Stopping(absl::ZeroDuration());
  }
  std::string last;
  do {
    last = Next();
  } while (!last.starts_with("STOPPING=1"));
}

TEST_F(ServiceManagerTest, TheWatchdogIsFedFromTheStartToTheEnd) {
  ServiceManager manager({.notify_socket = path_, .watchdog_usec = "20000"});
  EXPECT_THAT(Next(), StartsWith("EXTEND_TIMEOUT_USEC="));
  manager.Started();
  EXPECT_EQ(Next(), "READY=1");
  EXPECT_EQ(Next(), "WATCHDOG=1");
  EXPECT_EQ(Next(), "WATCHDOG=1");
  manager.Stopping(absl::Seconds(1));
  std::string text;
  while ((text = Next()) == "WATCHDOG=1") {
  }
  EXPECT_THAT(text, StartsWith("STOPPING=1"));
  EXPECT_EQ(Next(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, AWatchdogOfAnotherProcessIsNotFed) {
  ServiceManager manager(
      {.notify_socket = path_, .watchdog_usec = "1000", .watchdog_pid = "1"});
  Next();
  manager.Started();
  EXPECT_EQ(Next(), "READY=1");
  manager.Stopping(absl::Seconds(1));
  EXPECT_THAT(Next(), StartsWith("STOPPING=1"));
}

TEST_F(ServiceManagerTest, WhatNobodyTookIsSaidAgain) {
  close(socket_);
  std::filesystem::remove(path_);
  ServiceManager manager({.notify_socket = path_});
  manager.Started();
  Bind();
  EXPECT_EQ(Next(), "READY=1");
}

TEST_F(ServiceManagerTest, AQueueThatIsFullIsNotWaitedFor) {
  ServiceManager manager({.notify_socket = path_, .watchdog_usec = "2"});
  manager.Started();
  const int other = Connect();
  while (send(other, "", 0, MSG_DONTWAIT) == 0) {
  }
  EXPECT_EQ(errno, EAGAIN);
  close(other);
  manager.Stopping(absl::Seconds(1));  // And it ends, though nobody reads.
}

TEST(ServiceManagerWithoutSocketTest, DoesNothing) {
  ServiceManager none({});
  none.Started();
  none.Stopping(absl::Seconds(1));
  ServiceManager wrong({.notify_socket = "no/socket"});
  wrong.Started();
}

}  // namespace
}  // namespace presshawk
