#include "ingest/kafka/handles.h"

#include <librdkafka/rdkafka.h>

namespace presshawk {

void KafkaDeleter::operator()(rd_kafka_s* handle) const {
  rd_kafka_destroy(handle);
}
void KafkaDeleter::operator()(rd_kafka_conf_s* conf) const {
  rd_kafka_conf_destroy(conf);
}
void KafkaDeleter::operator()(rd_kafka_queue_s* queue) const {
  rd_kafka_queue_destroy(queue);
}
void KafkaDeleter::operator()(rd_kafka_message_s* message) const {
  rd_kafka_message_destroy(message);
}
void KafkaDeleter::operator()(rd_kafka_headers_s* headers) const {
  rd_kafka_headers_destroy(headers);
}
void KafkaDeleter::operator()(rd_kafka_topic_partition_list_s* list) const {
  rd_kafka_topic_partition_list_destroy(list);
}

}  // namespace presshawk
