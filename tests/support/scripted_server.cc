// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scripted_server.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "absl/strings/ascii.h"
#include "core/base/check.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// A certificate that signs itself, good for a day.
void MakeCertificate(SSL_CTX* context, std::string* pem) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("scripted"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* const names = X509V3_EXT_conf_nid(
      nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1,DNS:hook.example");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  PRESSHAWK_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
  PRESSHAWK_CHECK(SSL_CTX_use_certificate(context, certificate) == 1);
  PRESSHAWK_CHECK(SSL_CTX_use_PrivateKey(context, key) == 1);
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  pem->assign(text, static_cast<size_t>(size));
  BIO_free(memory);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

std::string ScriptedServer::Request::Header(std::string_view name) const {
  const std::string lower = absl::AsciiStrToLower(head);
  const std::string line =
      StrCat("\r\n", absl::AsciiStrToLower(std::string(name)), ": ");
  const size_t at = lower.find(line);
  if (at == std::string::npos) {
    return "";
  }
  const size_t begin = at + line.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

size_t ScriptedServer::Connection::Receive(char* buffer, size_t size) {
  const auto count = tls_ != nullptr
                         ? SSL_read(tls_.get(), buffer, static_cast<int>(size))
                         : static_cast<int>(recv(socket_, buffer, size, 0));
  return count > 0 ? static_cast<size_t>(count) : 0;
}

bool ScriptedServer::Connection::ReadHead() {
  char buffer[4096];
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    const size_t count = Receive(buffer, sizeof(buffer));
    if (count == 0) {
      return false;
    }
    received_.append(buffer, count);
  }
  request_.head = received_.substr(0, end + 4);
  received_.erase(0, end + 4);
  request_.body = std::exchange(received_, "");
  return true;
}

bool ScriptedServer::Connection::ReadRequest() {
  if (!ReadHead()) {
    return false;
  }
  const size_t size =
      std::strtoul(request_.Header("content-length").c_str(), nullptr, 10);
  char buffer[4096];
  while (request_.body.size() < size) {
    const size_t count = Receive(buffer, sizeof(buffer));
    if (count == 0) {
      return false;
    }
    request_.body.append(buffer, count);
  }
  received_ = request_.body.substr(size);
  request_.body.resize(size);
  return true;
}

bool ScriptedServer::Connection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = tls_ != nullptr
                           ? SSL_write(tls_.get(), bytes.data(),
                                       static_cast<int>(bytes.size()))
                           : static_cast<int>(send(socket_, bytes.data(),
                                                   bytes.size(), MSG_NOSIGNAL));
    if (count <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

bool ScriptedServer::Connection::Answer(int status, std::string_view body,
                                        std::string_view headers) {
  return Send(StrCat("HTTP/1.1 ", status, " Text\r\nContent-Length: ",
                     body.size(), "\r\n", headers, "\r\n", body));
}

void ScriptedServer::Connection::WaitForClose() {
  char buffer[4096];
  while (Receive(buffer, sizeof(buffer)) > 0) {
  }
}

void ScriptedServer::Connection::Reset() {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

ScriptedServer::ScriptedServer(Script script, bool tls)
    : script_(std::move(script)) {
  if (tls) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL.
    context_.reset(SSL_CTX_new(TLS_server_method()));
    MakeCertificate(context_.get(), &certificate_);
  }
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  PRESSHAWK_CHECK(bind(listener_, any, size) == 0);
  PRESSHAWK_CHECK(listen(listener_, 1024) == 0);
  getsockname(listener_, any, &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(&mutex_);
    is_over_ = true;
    for (const int socket : open_) {
      shutdown(socket, SHUT_RDWR);
    }
    threads.swap(threads_);
  }
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  for (std::thread& thread : threads) {
    thread.join();
  }
  close(listener_);
}

void ScriptedServer::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    MutexLock lock(&mutex_);
    if (is_over_) {
      close(socket);
      return;
    }
    ++connections_;
    open_.push_back(socket);
    threads_.emplace_back([this, socket] { Serve(socket); });
  }
}

void ScriptedServer::Serve(int socket) {
  Connection connection;
  connection.socket_ = socket;
  bool is_ready = true;
  if (context_ != nullptr) {
    connection.tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(connection.tls_.get(), socket);
    is_ready = SSL_accept(connection.tls_.get()) == 1;
  }
  if (is_ready) {
    script_(connection);
  }
  MutexLock lock(&mutex_);
  open_.erase(std::remove(open_.begin(), open_.end(), socket), open_.end());
  close(socket);
}

}  // namespace presshawk
