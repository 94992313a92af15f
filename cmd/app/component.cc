// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/component.h"

#include "core/base/str_cat.h"

namespace presshawk {

ComponentList::~ComponentList() {
  while (!components_.empty()) {
    components_.pop_back();
  }
}

absl::Status ComponentList::Start() {
  for (const std::unique_ptr<Component>& component : components_) {
    if (absl::Status status = component->Start(); !status.ok()) {
      Stop(absl::InfinitePast());
      return status;
    }
    MutexLock lock(&mutex_);
    ++started_;
  }
  return absl::OkStatus();
}

std::vector<std::string> ComponentList::Problems() const {
  MutexLock lock(&mutex_);
  std::vector<std::string> problems;
  if (stopping_) {
    problems.emplace_back("stopping");
  } else if (started_ < components_.size()) {
    const std::string waits = components_[started_]->WaitsFor();
    problems.push_back(waits.empty() ? "starting"
                                     : StrCat("starting: ", waits));
  }
  for (size_t i = started_; i > 0; --i) {
    components_[i - 1]->AppendProblems(&problems);
  }
  return problems;
}

void ComponentList::Stop(absl::Time deadline) {
  while (true) {
    Component* next = nullptr;
    {
      MutexLock lock(&mutex_);
      stopping_ = true;
      if (started_ == 0) {
        return;
      }
      next = components_[--started_].get();
    }
    next->Stop(deadline);
  }
}

}  // namespace presshawk
