// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "cmd/app/component.h"
#include "core/base/mutex.h"
#include "core/config/options.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/cluster_watch.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// The topics to which the sinks write retractions.
std::vector<std::string> RetractionTopics(const Options& options);

// Refuses to start while a topic that the configuration names is missing, or no
// broker answers; `kafka: create_topics:` makes what is missing. The topic of
// watch-lists is not among them: it is waited for. Nor is one of retractions,
// which is needed only once an article is taken back (SPEC RETRACT-1). From then on a thread asks
// every second whether the brokers answer and still have the topics.
class RequiredTopics : public Component {
 public:
  // All must outlive it.
  RequiredTopics(const Options* options, const KafkaClientOptions* client,
                 KafkaEvents* events)
      : options_(*options), client_(*client), events_(events) {}
  ~RequiredTopics() override;

  absl::Status Start() override ABSL_LOCKS_EXCLUDED(mutex_);
  std::string WaitsFor() const override ABSL_LOCKS_EXCLUDED(mutex_);
  void AppendProblems(std::vector<std::string>* problems) const override
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Stop(absl::Time deadline) override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  std::vector<std::string> Topics() const;
  // Takes the topics of retractions that are missing out of *topics.
  absl::Status FindOrMake(std::vector<std::string>* topics);
  absl::Status Make(const std::vector<std::string>& missing);
  void Watch(ClusterWatch* watch) ABSL_LOCKS_EXCLUDED(mutex_);

  const Options& options_;
  const KafkaClientOptions& client_;
  KafkaEvents* const events_;
  std::unique_ptr<ClusterWatch> watch_;

  mutable Mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::string waits_for_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> problems_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace presshawk
