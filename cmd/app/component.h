// SPDX-License-Identifier: Apache-2.0
// The parts of a long-running process, and their life.
//
//   ComponentList parts;
//   Outputs* outputs = parts.Add(std::make_unique<Outputs>(...));
//   parts.Add(std::make_unique<Workers>(outputs, ...));
//   if (!parts.Start().ok()) ...        // Outputs, then Workers.
//   ... parts.Problems() ...            // Empty while all of them work.
//   parts.Stop(deadline);               // Workers, then Outputs.
//
// A component may use those that were added before it, from its start until its
// end: they start earlier, stop later and are destroyed later.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"

namespace presshawk {

class Component {
 public:
  virtual ~Component() = default;
  // Begins to work. An error, which is fit to be shown to an operator, means
  // that the process cannot start.
  virtual absl::Status Start() { return absl::OkStatus(); }
  // What Start() waits for, while it runs; empty: nothing that can be told. On
  // any thread.
  virtual std::string WaitsFor() const { return ""; }
  // Appends why the component does not do its work at the moment, each a
  // sentence for an operator. Called between Start() and Stop(), on any thread.
  virtual void AppendProblems(std::vector<std::string>* /*problems*/) const {}
  // Finishes what it has, until `deadline` at most, and ends. Called only after
  // Start() succeeded, and once.
  virtual void Stop(absl::Time /*deadline*/) {}
};

// THREAD SAFETY. Problems() may be called by any thread at any time; all else is
// the owner's.
class ComponentList {
 public:
  ComponentList() = default;
  ~ComponentList();  // Destroys the components, the last one first.
  ComponentList(const ComponentList&) = delete;
  ComponentList& operator=(const ComponentList&) = delete;

  // REQUIRES: not started.
  template <typename T>
  T* Add(std::unique_ptr<T> component) {
    T* const added = component.get();
    components_.push_back(std::move(component));
    return added;
  }
  // Starts the components in the order in which they were added. On an error
  // those that did start are stopped at once, and the error is returned.
  absl::Status Start();
  // Those of the last component first: it needs the most. While not all of them
  // are started, the first one is "starting", with what is waited for; while
  // they stop it is "stopping".
  std::vector<std::string> Problems() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Stops what was started, the last one first. A second call does nothing.
  void Stop(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  std::vector<std::unique_ptr<Component>> components_;
  // Held while a component is asked: none is stopped meanwhile.
  mutable Mutex mutex_;
  size_t started_ ABSL_GUARDED_BY(mutex_) = 0;  // The first so many.
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace presshawk
