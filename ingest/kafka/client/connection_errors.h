// SPDX-License-Identifier: Apache-2.0
// Why a client has no connection: what it said, and what to do about it.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "ingest/kafka/client/client_callbacks.h"

namespace presshawk {

// Remembers why no connection comes about. On the thread that polls.
class ConnectionErrors : public KafkaCallbacks {
 public:
  using KafkaCallbacks::KafkaCallbacks;
  void OnError(int error, std::string_view text) override;
  int error() const { return error_; }  // 0: none yet.
  const std::string& text() const { return text_; }
  // What was is over: a broker answered.
  void Forget();

 protected:
  void Remember(int error, std::string_view text);

 private:
  int error_ = 0;
  std::string text_;
};

// Whether this error of a client tells why a connection does not come about, or
// not last.
bool IsConnectionError(int error);
// A broker answered, and refused the client.
bool IsRefusal(int error);
// Both sides speak, and not the same protocol.
bool IsWrongProtocol(int error, std::string_view text);

// What to do about an error of a connection; empty where nobody can tell. No
// part of `text` but its words decides.
std::string ConnectionAdvice(int error, std::string_view text);

// "no broker of SERVERS answers since TIME: CAUSE: what to do about it".
std::string NoBrokerText(std::string_view servers, absl::Time since, int error,
                         std::string_view cause);
// A moment as these texts have it: 2026-01-02T03:04:05Z.
std::string FormatSince(absl::Time time);

// The cause where a broker hangs: connections stand, and no answer comes.
inline constexpr char kNoAnswerCause[] =
    "no answer comes, and nothing is refused: a broker that hangs, or a "
    "network "
    "that drops packets";

// The cause in librdkafka's text of a connection error: "Connection refused" of
// "host:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused
// (after 0ms in state CONNECT)".
std::string ConnectionCause(std::string_view text);

}  // namespace presshawk
