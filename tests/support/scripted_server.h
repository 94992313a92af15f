// SPDX-License-Identifier: Apache-2.0
// An HTTP server on 127.0.0.1 that does with each connection what a test says,
// also what no decent server does.
//
//   ScriptedServer server([](ScriptedServer::Connection& connection) {
//     while (connection.ReadRequest()) {
//       connection.Answer(200, "ok");
//     }
//   });
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

#include "core/base/mutex.h"

namespace presshawk {

class ScriptedServer {
 public:
  struct Request {
    std::string head;  // With its request line and last empty line.
    std::string body;
    // The value of a header; empty where there is none.
    std::string Header(std::string_view name) const;
  };

  // Used by the thread of the connection; closed when the script returns.
  class Connection {
   public:
    // Reads a whole request. False where the client has closed.
    bool ReadRequest();
    // Reads only its head: `request().body` is what came with it.
    bool ReadHead();
    const Request& request() const { return request_; }
    bool Send(std::string_view bytes);
    // A whole answer. `headers`: each line with its end.
    bool Answer(int status, std::string_view body,
                std::string_view headers = "");
    // Until the client closes.
    void WaitForClose();
    // Closes with RST.
    void Reset();

   private:
    friend class ScriptedServer;
    size_t Receive(char* buffer, size_t size);

    int socket_ = -1;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
    std::string received_;  // And not used yet.
    Request request_;
  };
  using Script = std::function<void(Connection&)>;

  explicit ScriptedServer(Script script, bool tls = false);
  // Ends all connections and waits for their scripts.
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  uint16_t port() const { return port_; }
  // With TLS: its certificate, PEM, for 127.0.0.1 and hook.example.
  const std::string& certificate() const { return certificate_; }
  size_t connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int socket);

  const Script script_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr,
                                                             SSL_CTX_free};
  std::string certificate_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<size_t> connections_ = 0;
  Mutex mutex_;
  bool is_over_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace presshawk
