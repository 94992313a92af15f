// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_transfer.h"

#include <unistd.h>

#include <charconv>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr size_t kHeaderBytesMax = 16UL << 10;

// A part of a URL; empty where it has none.
std::string PartOf(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) {
    return "";
  }
  std::string copy = text;
  curl_free(text);
  return copy;
}

bool IsAddress(const std::string& host) {
  in6_addr ignored;
  return inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

// As text, and its port.
std::pair<std::string, uint16_t> TextOf(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
    return {text, ntohs(v4->sin_port)};
  }
  if (address->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
    return {text, ntohs(v6->sin6_port)};
  }
  return {"", 0};
}

bool IsV6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

}  // namespace

bool HttpTransfer::ReadUrl() {
  const CurlUrl url(curl_url());
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL,
                                     attempt_.url.c_str(), 0) != CURLUE_OK) {
    EndUnsent(HttpEnd::Kind::kRefused,
              "the URL is none: write https://HOST/PATH");
    return false;
  }
  const std::string scheme = PartOf(url.get(), CURLUPART_SCHEME);
  if (scheme != "https" && (scheme != "http" || !attempt_.allow_http)) {
    EndUnsent(HttpEnd::Kind::kRefused,
              scheme == "http" ? "http is refused, as it is not encrypted: "
                                 "write https, or set `allow_http: true`"
                               : "the URL must begin with https://");
    return false;
  }
  if (!PartOf(url.get(), CURLUPART_USER).empty() ||
      !PartOf(url.get(), CURLUPART_PASSWORD).empty()) {
    EndUnsent(HttpEnd::Kind::kRefused,
              "a URL with a user name or password is refused");
    return false;
  }
  host_ = PartOf(url.get(), CURLUPART_HOST, CURLU_PUNYCODE);
  if (host_.starts_with('[') && host_.ends_with(']')) {
    host_ = host_.substr(1, host_.size() - 2);
  }
  host_is_address_ = IsAddress(host_);
  const std::string port =
      PartOf(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), port_);
  if (host_.empty() || port_ == 0) {
    EndUnsent(HttpEnd::Kind::kRefused, "the URL has no host, or no port");
    return false;
  }
  return true;
}

bool HttpTransfer::Passes(const std::string& address, uint16_t port) {
  if (refused_.empty() && attempt_.judge != nullptr) {
    refused_ = std::string(attempt_.judge(address, port).message());
  }
  return refused_.empty();
}

bool HttpTransfer::Judge(const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    if (!Passes(address, port_)) {
      end_.peer = IsV6(address) ? StrCat("[", address, "]:", port_)
                                : StrCat(address, ":", port_);
      EndUnsent(HttpEnd::Kind::kRefused, refused_);
      return false;
    }
  }
  return true;
}

void HttpTransfer::Attach(CurlHandle handle, const std::string& authorities,
                          const std::vector<std::string>& addresses) {
  handle_ = std::move(handle);
  CURL* const curl = handle_.get();
  headers_ = CurlHeaders(attempt_.headers);
  // A server need not be asked whether it wants the body.
  headers_.reset(curl_slist_append(headers_.release(), "Expect:"));
  if (!host_is_address_) {
    // Only what was judged is dialled.
    std::string entry = StrCat(host_, ":", port_);
    char separator = ':';
    for (const std::string& address : addresses) {
      StrAppend(&entry, std::exchange(separator, ','), IsV6(address) ? "[" : "",
                address, IsV6(address) ? "]" : "");
    }
    resolve_.reset(curl_slist_append(nullptr, entry.c_str()));
    curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve_.get());
  }
  SetCurlDefaults(curl);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_URL, attempt_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
                   attempt_.allow_http ? "http,https" : "https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!authorities.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, authorities.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(attempt_.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, attempt_.body.data());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   CurlMilliseconds(attempt_.connect_timeout));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                   std::max(1L, CurlMilliseconds(attempt_.timeout - took())));
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT,
                   attempt_.new_connection ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, BeforeRequest);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, curl_text_.data());
}

size_t HttpTransfer::TakeHeader(char* data, size_t size, size_t count,
                                void* self) {
  auto* const transfer = static_cast<HttpTransfer*>(self);
  const size_t bytes = size * count;
  std::string_view line(data, bytes);
  while (line.ends_with('\n') || line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line.starts_with("HTTP/")) {
    transfer->end_.headers.clear();  // Those of a 100 before it.
  }
  // libcurl takes a head that was cut off for a whole one.
  transfer->head_is_whole_ = line.empty();
  transfer->header_bytes_ += bytes;
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos &&
      transfer->header_bytes_ <= kHeaderBytesMax) {
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) {
      value.remove_prefix(1);
    }
    transfer->end_.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(value)});
  }
  return bytes;
}

size_t HttpTransfer::TakeBody(char* data, size_t size, size_t count,
                              void* self) {
  auto* const transfer = static_cast<HttpTransfer*>(self);
  std::string& body = transfer->end_.body;
  const size_t bytes = size * count;
  const size_t room = transfer->attempt_.answer_bytes_max - body.size();
  body.append(data, std::min(bytes, room));
  if (bytes > room) {
    transfer->is_cut_ = true;
    return 0;  // Ends the transfer with CURLE_WRITE_ERROR.
  }
  return bytes;
}

curl_socket_t HttpTransfer::OpenSocket(void* self, curlsocktype /*purpose*/,
                                       curl_sockaddr* address) {
  const auto [text, port] = TextOf(&address->addr);
  if (!static_cast<HttpTransfer*>(self)->Passes(text, port)) {
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
}

// Also for a connection that is used again, which no socket was opened for.
int HttpTransfer::BeforeRequest(void* self, char* address,
                                char* /*local_address*/, int port,
                                int /*local_port*/) {
  return static_cast<HttpTransfer*>(self)->Passes(address,
                                                  static_cast<uint16_t>(port))
             ? CURL_PREREQFUNC_OK
             : CURL_PREREQFUNC_ABORT;
}

bool HttpTransfer::HasSentBytes() const {
  long head = 0;
  curl_off_t body = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_REQUEST_SIZE, &head);
  curl_easy_getinfo(handle_.get(), CURLINFO_SIZE_UPLOAD_T, &body);
  return head > 0 || body > 0;
}

void HttpTransfer::ReadHandle() {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  end_.status = static_cast<int>(status);
  const char* address = nullptr;
  long port = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_PRIMARY_IP, &address);
  curl_easy_getinfo(handle_.get(), CURLINFO_PRIMARY_PORT, &port);
  if (address != nullptr && *address != '\0') {
    end_.peer = IsV6(address) ? StrCat("[", address, "]:", port)
                              : StrCat(address, ":", port);
  }
}

void HttpTransfer::EndWith(CURLcode code) {
  ReadHandle();
  if (!refused_.empty()) {
    End(HttpEnd::Kind::kRefused, refused_);
  } else if (code == CURLE_OK && (!head_is_whole_ || end_.status < 200)) {
    End(HttpEnd::Kind::kNoAnswer, "it was reached, and no whole answer came");
  } else if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && is_cut_)) {
    End(HttpEnd::Kind::kAnswered, "");
  } else {
    End(HasSentBytes() ? HttpEnd::Kind::kNoAnswer : HttpEnd::Kind::kNotSent,
        WhyCurlFailed(handle_.get(), code, host_, curl_text_.data()));
  }
}

void HttpTransfer::EndUnsent(HttpEnd::Kind kind, std::string why) {
  End(kind, std::move(why));
}

void HttpTransfer::Stop() {
  const bool is_sent = handle_ != nullptr && HasSentBytes();
  if (handle_ != nullptr) {
    ReadHandle();
  }
  End(is_sent ? HttpEnd::Kind::kNoAnswer : HttpEnd::Kind::kStopped,
      is_sent ? "this process stopped before the answer came"
              : "this process stopped before anything was sent");
}

void HttpTransfer::End(HttpEnd::Kind kind, std::string why) {
  end_.kind = kind;
  end_.why = std::move(why);
  end_.took = took();
  done_(end_);
}

}  // namespace presshawk
