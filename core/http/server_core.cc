// SPDX-License-Identifier: Apache-2.0
#include "core/http/server_core.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "core/http/event_feed.h"
#include "core/http/listen_address.h"

namespace presshawk {
namespace {

constexpr int kBacklog = 4096;
// What clients may still take of their answers when the server stops.
constexpr absl::Duration kStopPatience = absl::Milliseconds(200);
// Without a descriptor for a new client: when to try again.
constexpr absl::Duration kAcceptPause = absl::Milliseconds(50);

// As many as wanted, and no more than half of the descriptors that the process
// may have. The limit that it starts with (1,024, most often) is raised to what
// it may have.
size_t ConnectionsMax(size_t wanted) {
  rlimit files = {};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 ||
      files.rlim_cur == RLIM_INFINITY) {
    return wanted;
  }
  if (files.rlim_cur < 2 * wanted) {
    files.rlim_cur = std::min<rlim_t>(2 * wanted, files.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::getrlimit(RLIMIT_NOFILE, &files);
  }
  return std::clamp<size_t>(files.rlim_cur / 2, 1, wanted);
}

// Of a body that is needed: a page of another site cannot send JSON unasked.
bool HasType(const HttpRequest& request, HttpBody body) {
  std::string_view type = request.Header("Content-Type");
  type = type.substr(0, type.find_first_of("; \t"));
  return body == HttpBody::kNone ||
         (body == HttpBody::kForm &&
          (type.empty() ||
           IsSameName(type, "application/x-www-form-urlencoded"))) ||
         (body == HttpBody::kJson && IsSameName(type, "application/json"));
}

// Who has all of an IPv6 network of 64 bits is one viewer.
TokenScope ScopeOf(const HttpRoute& route) {
  return route.scope.value_or(route.method == "GET" ? TokenScope::kRead
                                                    : TokenScope::kAct);
}

std::string AddressOf(const sockaddr& peer) {
  const char* const bytes = reinterpret_cast<const char*>(&peer);
  if (peer.sa_family == AF_INET6) {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
    const char* const begin = reinterpret_cast<const char*>(&address);
    return IN6_IS_ADDR_V4MAPPED(&address) ? std::string(begin + 12, 4)
                                          : std::string(begin, 8);
  }
  return std::string(bytes + offsetof(sockaddr_in, sin_addr), 4);
}

}  // namespace

ServerCore::ServerCore(HttpServer::Options options)
    : options_(std::move(options)),
      hosts_(options_.hosts, options_.public_url),
      login_(options_.token, options_.tokens, &hosts_) {}

ServerCore::~ServerCore() = default;

void ServerCore::AddLoginRoutes() {
  const auto add = [this](const char* method, const char* path, HttpBody body,
                          HttpServer::Handler handler) {
    HttpRoute route =
        MakeRoute(method, path, HttpAccess::kOpen, std::move(handler));
    route.body = body;
    route.is_quick = true;
    routes_.Add(std::move(route));
  };
  add("GET", "/login", HttpBody::kNone,
      [](const HttpRequest&) { return BrowserLogin::Page(); });
  add("POST", "/login", HttpBody::kForm,
      [this](const HttpRequest& request) { return login_.LogIn(request); });
  add("POST", "/logout", HttpBody::kNone, [this](const HttpRequest& request) {
    uint64_t session = 0;
    HttpResponse response = login_.LogOut(request, &session);
    EndStreamsOf(session);
    return response;
  });
}

absl::Status ServerCore::Start() {
  const absl::StatusOr<int> socket =
      ListenOn(options_.host, options_.port, kBacklog);
  if (!socket.ok()) {
    return absl::UnavailableError(
        StrCat("http: cannot listen on ", options_.host, ":", options_.port,
               ": ", std::string(socket.status().message()),
               "; another instance there? (http: listen)"));
  }
  port_ = PortOf(*socket);
  login_.set_port(port_);
  if (login_.has_token()) {
    AddLoginRoutes();
  }
  connections_max_ = ConnectionsMax(limits_.connections);
  listener_ = evconnlistener_new(
      loop_.base(),
      [](evconnlistener*, int accepted, sockaddr* peer, int, void* self) {
        static_cast<ServerCore*>(self)->Accept(accepted, *peer);
      },
      this, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, /*backlog=*/0,
      *socket);
  evconnlistener_set_error_cb(listener_, [](evconnlistener*, void* self) {
    static_cast<ServerCore*>(self)->OnAcceptError();
  });
  accept_again_ = loop_.MakeTimer(
      [](int, short, void* self) {
        evconnlistener_enable(static_cast<ServerCore*>(self)->listener_);
      },
      this);
  quit_ = loop_.MakeTimer(
      [](int, short, void* self) {
        auto* core = static_cast<ServerCore*>(self);
        core->QuitWhenAnswered(core->quit_deadline_);
      },
      this);
  pool_ = std::make_unique<HandlerPool>(limits_.threads, limits_.pending);
  thread_ = std::thread([this] {
    // libevent writes to clients that may have left.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    loop_.Run();
  });
  return absl::OkStatus();
}

void ServerCore::Stop() {
  if (!thread_.joinable()) {
    return;
  }
  loop_.Post([this] {
    stopping_ = true;
    accept_again_.reset();
    evconnlistener_disable(listener_);
    CloseUnanswered();
  });
  pool_->Stop();
  {
    MutexLock lock(&mutex_);
    while (exchanges_ > 0) {
      lock.Wait(&answered_);
    }
  }
  loop_.Post([this] { QuitWhenAnswered(absl::Now() + kStopPatience); });
  thread_.join();
  for (const auto& feed : feeds_) {
    feed->Ignore(this);
  }
  quit_.reset();
  connections_.clear();
  loop_.RunPending();  // libevent closes their sockets in its loop only.
  evconnlistener_free(listener_);
}

void ServerCore::CloseUnanswered() {
  for (const auto& [id, connection] : connections_) {
    const ServerConnection::State state = connection->state();
    if (state != ServerConnection::State::kHandling &&
        state != ServerConnection::State::kAnswering) {
      connection->Close();
    }
  }
}

void ServerCore::QuitWhenAnswered(absl::Time deadline) {
  CloseUnanswered();
  if (answering_.empty() || absl::Now() >= deadline) {
    return loop_.Quit();
  }
  quit_deadline_ = deadline;
  EventLoop::SetTimer(quit_.get(), 5);
}

HttpCounts ServerCore::counts() const {
  return {.connections = open_count_,
          .streams = stream_count_,
          .accepted = accepted_,
          .requests = requests_,
          .evicted = evicted_,
          .slow = slow_,
          .requests_refused = pool_ != nullptr ? pool_->refused() : 0,
          .streams_refused = streams_refused_};
}

void ServerCore::Accept(int socket, const sockaddr& peer) {
  if (stopping_ ||
      (connections_.size() >= connections_max_ && !EvictOldest())) {
    ::close(socket);
    return;
  }
  // An event of a stream is small, and goes at once.
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const uint64_t id = ++next_id_;
  connections_[id] = std::make_unique<ServerConnection>(
      id, socket, AddressOf(peer), &loop_, &limits_, this);
  ++accepted_;
  open_count_ = connections_.size();
}

// Most often there is no descriptor left.
void ServerCore::OnAcceptError() {
  if (!EvictOldest()) {
    evconnlistener_disable(listener_);
    EventLoop::SetTimer(accept_again_.get(),
                        absl::ToInt64Milliseconds(kAcceptPause));
  }
}

bool ServerCore::EvictOldest() {
  const auto oldest = std::find_if(
      connections_.begin(), connections_.end(),
      [](const auto& one) { return one.second->waits_for_client(); });
  if (oldest == connections_.end()) {
    return false;
  }
  ++evicted_;
  oldest->second->Close();
  return true;
}

std::optional<HttpResponse> ServerCore::Refuse(const HttpRequest& request,
                                               const HttpRoutes::Match& match) {
  const bool is_probe =
      match.route != nullptr && match.route->access == HttpAccess::kProbe;
  if (!is_probe && request.host.empty() && request.is_http_1_1) {
    return HttpResponse::Of(Problem{400, "a request has one header Host",
                                    "header Host", "send one"});
  }
  // Browsers always send a Host; what sends none is none.
  if (!is_probe && !request.host.empty() && !hosts_.Allows(request.host)) {
    return HttpResponse::Of(
        Problem{421, "this is no name of this instance", "header Host",
                "add it to http: hosts:, or use an address or localhost"});
  }
  const bool is_open =
      match.route != nullptr && match.route->access != HttpAccess::kToken;
  const auto caller =
      is_open ? BrowserLogin::Caller() : login_.CallerOf(request);
  if (!caller.has_value()) {
    return BrowserLogin::AskForToken(request);
  }
  if (match.allow.empty()) {
    return HttpResponse::Of(
        Problem{404, "there is nothing here", "",
                "ask /api/v1/openapi.json, which has all paths"});
  }
  if (match.route == nullptr) {
    HttpResponse response = HttpResponse::Of(Problem{
        405, "this is not for this method", "", StrCat("use ", match.allow)});
    response.headers.push_back({"Allow", match.allow});
    return response;
  }
  if (const TokenScope needed = ScopeOf(*match.route);
      !is_open && caller->scope < needed) {
    return HttpResponse::Of(Problem{
        403,
        StrCat("this token is for `", TokenScopeName(caller->scope), "` only"),
        "header Authorization",
        StrCat("use one with the scope ", TokenScopeName(needed))});
  }
  if ((request.method != "GET" || match.route->is_stream) &&
      hosts_.IsCrossSite(request.Header("Sec-Fetch-Site"),
                         request.Header("Origin"), request.host)) {
    return HttpResponse::Of(
        Problem{403, "not for a page of another origin", "header Origin", ""});
  }
  return std::nullopt;
}

void ServerCore::OnHead(ServerConnection* connection) {
  HttpRequest& request = connection->request();
  HttpRoutes::Match match = routes_.Find(request);
  if (std::optional<HttpResponse> refusal = Refuse(request, match)) {
    return connection->Answer(*std::move(refusal));
  }
  if (!HasType(request, match.route->body)) {
    return connection->Answer(HttpResponse::Of(
        Problem{415, "the body is of another type", "header Content-Type",
                match.route->body == HttpBody::kJson
                    ? "send application/json"
                    : "send application/x-www-form-urlencoded"}));
  }
  request.path_parameters = std::move(match.parameters);
  const BrowserLogin::Caller caller =
      login_.CallerOf(request).value_or(BrowserLogin::Caller());
  request.caller = caller.kind;
  request.session = caller.session;
  connection->set_session(caller.session);
  connection->set_route(match.route);
  // What needs no body is done before one is read: a client that announces more
  // of it than it sends holds up nothing. Whether a body in chunks is one shows
  // at its end only.
  if (match.route->body == HttpBody::kNone && !connection->is_chunked()) {
    return OnWhole(connection);
  }
  if (!request.Header("Expect").empty()) {
    connection->Continue();
  }
}

void ServerCore::OnWhole(ServerConnection* connection) {
  ++requests_;
  const HttpRoute* const route = connection->route();
  const uint64_t id = connection->id();
  connection->Handle();
  {
    MutexLock lock(&mutex_);
    ++exchanges_;
  }
  HttpExchange exchange(
      std::make_unique<HttpRequest>(std::move(connection->request())),
      [this, id](HttpResponse response) {
        OnAnswered(id, std::move(response));
      });
  // The connection needs this one.
  connection->request().is_head = exchange.request().is_head;
  if (route->is_quick) {
    route->handler(std::move(exchange));
  } else {
    pool_->Run(route, std::move(exchange));
  }
}

void ServerCore::OnRefused(ServerConnection* connection,
                           const Problem& problem) {
  connection->Answer(HttpResponse::Of(problem));
}

void ServerCore::OnAnswered(uint64_t id, HttpResponse response) {
  auto shared = std::make_shared<HttpResponse>(std::move(response));
  loop_.Post([this, id, shared] { Answer(id, std::move(*shared)); });
  MutexLock lock(&mutex_);
  if (--exchanges_ == 0) {
    answered_.notify_all();
  }
}

void ServerCore::Answer(uint64_t id, HttpResponse response) {
  const auto connection = connections_.find(id);
  if (connection == connections_.end()) {
    return;  // The client has left.
  }
  if (response.feed != nullptr) {
    if (const auto problem = RefuseStream(*connection->second)) {
      ++streams_refused_;
      return connection->second->Answer(HttpResponse::Of(*problem));
    }
    FollowFeed(response.feed);
  }
  connection->second->Answer(std::move(response));
}

std::optional<Problem> ServerCore::RefuseStream(
    const ServerConnection& asking) const {
  const size_t streams_max = connections_max_ / 2;
  if (stopping_ || streams_.size() >= streams_max) {
    return Problem{503, "too many streams are open", "", "ask again later"};
  }
  // The session may have ended while the handler worked.
  if (!login_.MayGoOn(asking.session())) {
    return Problem{401, "the session has ended", "header Cookie",
                   "log in at /login"};
  }
  size_t of_session = 0;
  size_t of_address = 0;
  for (const uint64_t id : streams_) {
    const ServerConnection& one = *connections_.at(id);
    of_session += one.session() == asking.session() ? 1 : 0;
    of_address += one.address() == asking.address() ? 1 : 0;
  }
  if (asking.session() != 0 && of_session >= limits_.streams_per_session) {
    return Problem{429, "this session has too many streams open", "",
                   "close a page, and ask again"};
  }
  const size_t address_max = limits_.streams_per_address > 0
                                 ? limits_.streams_per_address
                                 : std::max<size_t>(streams_max / 2, 1);
  if (of_address >= address_max) {
    return Problem{429, "this address has too many streams open", "",
                   "close some, and ask again"};
  }
  return std::nullopt;
}

void ServerCore::EndStreamsOf(uint64_t session) {
  for (auto stream = streams_.begin();
       session != 0 && stream != streams_.end();) {
    ServerConnection& one = *connections_.at(*stream++);
    if (one.session() == session) {
      one.Close();
    }
  }
}

void ServerCore::FollowFeed(const std::shared_ptr<EventFeed>& feed) {
  if (feeds_.insert(feed).second) {
    feed->Follow(this, [this] {
      if (!pump_due_.exchange(true)) {
        loop_.Post([this] { PumpStreams(); });
      }
    });
  }
}

void ServerCore::PumpStreams() {
  pump_due_ = false;
  // A stream that is closed meanwhile leaves the set.
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    const uint64_t id = *stream++;
    connections_.at(id)->Pump();
  }
}

void ServerCore::OnProgress(ServerConnection* connection) {
  const uint64_t id = connection->id();
  if (connection->state() == ServerConnection::State::kStreaming) {
    streams_.insert(id);
    stream_count_ = streams_.size();
    return;
  }
  if (connection->state() == ServerConnection::State::kAnswering) {
    answering_[id] = connection->answer_bytes();
    answer_bytes_ += connection->answer_bytes();
    return KeepAnswersBounded();
  }
  ForgetAnswer(id);
}

void ServerCore::ForgetAnswer(uint64_t id) {
  const auto answer = answering_.find(id);
  if (answer != answering_.end()) {
    answer_bytes_ -= answer->second;
    answering_.erase(answer);
  }
}

void ServerCore::KeepAnswersBounded() {
  // The last one stays, whatever its size.
  while (answer_bytes_ > limits_.answer_bytes && answering_.size() > 1) {
    ++evicted_;
    connections_.at(answering_.begin()->first)->Close();
  }
}

void ServerCore::OnClosed(ServerConnection* connection) {
  const uint64_t id = connection->id();
  slow_ += connection->was_slow() ? 1 : 0;
  ForgetAnswer(id);
  streams_.erase(id);
  stream_count_ = streams_.size();
  loop_.Post([this, id] {
    connections_.erase(id);
    open_count_ = connections_.size();
  });
}

}  // namespace presshawk
