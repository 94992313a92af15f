// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/component.h"

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
    ++started_;
  }
  return absl::OkStatus();
}

std::vector<std::string> ComponentList::Problems() const {
  std::vector<std::string> problems;
  for (size_t i = components_.size(); i > 0; --i) {
    components_[i - 1]->AppendProblems(&problems);
  }
  return problems;
}

void ComponentList::Stop(absl::Time deadline) {
  while (started_ > 0) {
    components_[--started_]->Stop(deadline);
  }
}

}  // namespace presshawk
