// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/reload_answers.h"

#include <string>
#include <utility>

#include "core/base/json_writer.h"

namespace presshawk {
namespace {

HttpResponse Busy(std::string why) {
  return HttpResponse::Of(Problem{503, std::move(why), "", "ask again later"});
}

HttpResponse AnswerOf(const absl::Status& status) {
  if (absl::IsCancelled(status)) {
    return Busy("the service stops");
  }
  HttpResponse response = {.status = status.ok() ? 200 : 500};
  JsonWriter json(&response.body);
  json.BeginObject().Member("reloaded", status.ok());
  if (!status.ok()) {
    json.Member("error", std::string(status.message()));
  }
  json.EndObject();
  response.body += '\n';
  return response;
}

}  // namespace

ReloadAnswers::ReloadAnswers(std::function<absl::Status()> reload)
    : reload_(std::move(reload)), thread_([this] { Run(); }) {}

ReloadAnswers::~ReloadAnswers() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  thread_.join();
  for (HttpExchange& exchange : waiting_) {
    exchange.Answer(Busy("the service stops"));
  }
}

void ReloadAnswers::Add(HttpExchange exchange) {
  {
    MutexLock lock(&mutex_);
    if (waiting_.size() < kWaitingMax) {
      waiting_.push_back(std::move(exchange));
      changed_.notify_all();
      return;
    }
  }
  exchange.Answer(Busy("too many wait for a reload"));
}

std::vector<HttpExchange> ReloadAnswers::Take() {
  MutexLock lock(&mutex_);
  while (waiting_.empty() && !stop_) {
    lock.Wait(&changed_);
  }
  return stop_ ? std::vector<HttpExchange>()
               : std::exchange(waiting_, std::vector<HttpExchange>());
}

void ReloadAnswers::Run() {
  while (true) {
    std::vector<HttpExchange> asked = Take();
    if (asked.empty()) {
      return;
    }
    const absl::Status status = reload_();
    for (HttpExchange& exchange : asked) {
      exchange.Answer(AnswerOf(status));
    }
  }
}

}  // namespace presshawk
