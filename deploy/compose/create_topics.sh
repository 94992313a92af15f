#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# create_topics.sh BROKERS: the topics of deploy/config/presshawk.yaml on one
# broker. For several, raise the replication factor, and min.insync.replicas.
set -euo pipefail
brokers=$1

create() {
  local topic=$1
  shift
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$brokers" --create \
    --if-not-exists --replication-factor 1 --topic "$topic" "$@"
}

# As many workers can read at once as there are partitions.
create articles --partitions 6
create alerts --partitions 6
create alerts.retractions --partitions 1
create articles.deadletter --partitions 1
