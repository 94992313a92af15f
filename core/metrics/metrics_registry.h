// SPDX-License-Identifier: Apache-2.0
// All metrics of the process. Each has an owner, which registers a probe: a
// function that writes the present values whenever somebody scrapes.
//
//   worker, sink, list keeper, … ──Register(probe)──► MetricsRegistry
//                                                        │ Expose() calls all
//   GET /metrics ◄── text ◄── MetricWriter ◄── probes ◄──┘
//
// The registry knows no metric. To add one, see README.md.
//
//   MetricsRegistry metrics;
//   const MetricsRegistry::Registration registration =
//       metrics.Register([&queue](MetricWriter* writer) {
//         writer->Gauge(kQueueBytes, queue.bytes());
//       });
//
// LIFE. The registry outlives all registrations.
// THREAD SAFETY. All methods.
#pragma once

#include <functional>
#include <list>
#include <string>
#include <utility>

#include "core/base/mutex.h"
#include "core/metrics/metric_writer.h"

namespace presshawk {

class MetricsRegistry {
 public:
  // Called by Expose(), on the thread that scrapes, with the registry's lock
  // held. It must therefore neither register nor unregister a probe, nor wait
  // for a lock under which somebody else does.
  using Probe = std::function<void(MetricWriter* writer)>;

  // Keeps a probe registered. When the destructor returns, the probe is not
  // being called and never will be, so that what it reads may go.
  class Registration {
   public:
    Registration() = default;  // Of no probe.
    ~Registration() { Unregister(); }
    Registration(Registration&& other) noexcept
        : registry_(std::exchange(other.registry_, nullptr)),
          probe_(other.probe_) {}
    Registration& operator=(Registration&& other) noexcept {
      if (this != &other) {
        Unregister();
        registry_ = std::exchange(other.registry_, nullptr);
        probe_ = other.probe_;
      }
      return *this;
    }

   private:
    friend class MetricsRegistry;
    Registration(MetricsRegistry* registry, std::list<Probe>::iterator probe)
        : registry_(registry), probe_(probe) {}
    void Unregister();

    MetricsRegistry* registry_ = nullptr;
    std::list<Probe>::iterator probe_;
  };

  MetricsRegistry() = default;
  MetricsRegistry(const MetricsRegistry&) = delete;
  MetricsRegistry& operator=(const MetricsRegistry&) = delete;

  [[nodiscard]] Registration Register(Probe probe) ABSL_LOCKS_EXCLUDED(mutex_);

  // Prometheus's text format 0.0.4. Metrics stand in the order of their names,
  // and samples in the order of their labels.
  std::string Expose() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  // A list, because its iterators stay good: they are the registrations.
  std::list<Probe> probes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
