# SPDX-License-Identifier: Apache-2.0
"""A Kafka client for the chaos suite: librdkafka through ctypes.

Only what the suite asks of a cluster: topics made, deleted and changed, records
written to a chosen partition and read back, the offsets of a group. Takes the
librdkafka that presshawk is built with; nothing else needs installing.
"""

import ctypes
import re
import time

_MESSAGE_COPY = 2
_PRODUCER, _CONSUMER = 0, 1
_SET = 0  # RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET
_RESOURCE_TOPIC = 2
_BEGINNING = -2
_QUEUE_FULL = -184
_lib = None


class KafkaError(Exception):
    """What librdkafka answered."""


class _Message(ctypes.Structure):
    _fields_ = [("err", ctypes.c_int), ("rkt", ctypes.c_void_p), ("partition", ctypes.c_int32),
                ("payload", ctypes.c_void_p), ("len", ctypes.c_size_t),
                ("key", ctypes.c_void_p), ("key_len", ctypes.c_size_t),
                ("offset", ctypes.c_int64), ("private", ctypes.c_void_p)]


class _TopicPartition(ctypes.Structure):
    _fields_ = [("topic", ctypes.c_char_p), ("partition", ctypes.c_int32),
                ("offset", ctypes.c_int64), ("metadata", ctypes.c_void_p),
                ("metadata_size", ctypes.c_size_t), ("opaque", ctypes.c_void_p),
                ("err", ctypes.c_int), ("private", ctypes.c_void_p)]


class _TopicPartitionList(ctypes.Structure):
    _fields_ = [("cnt", ctypes.c_int), ("size", ctypes.c_int),
                ("elems", ctypes.POINTER(_TopicPartition))]


class _MetadataBroker(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int32), ("host", ctypes.c_char_p), ("port", ctypes.c_int)]


class _MetadataPartition(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int32), ("err", ctypes.c_int), ("leader", ctypes.c_int32),
                ("replica_cnt", ctypes.c_int), ("replicas", ctypes.c_void_p),
                ("isr_cnt", ctypes.c_int), ("isrs", ctypes.c_void_p)]


class _MetadataTopic(ctypes.Structure):
    _fields_ = [("topic", ctypes.c_char_p), ("partition_cnt", ctypes.c_int),
                ("partitions", ctypes.POINTER(_MetadataPartition)), ("err", ctypes.c_int)]


class _Metadata(ctypes.Structure):
    _fields_ = [("broker_cnt", ctypes.c_int), ("brokers", ctypes.POINTER(_MetadataBroker)),
                ("topic_cnt", ctypes.c_int), ("topics", ctypes.POINTER(_MetadataTopic)),
                ("orig_broker_id", ctypes.c_int32), ("orig_broker_name", ctypes.c_char_p)]


_DELIVERY = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_Message), ctypes.c_void_p)
_LIST = ctypes.POINTER(_TopicPartitionList)
_V, _S, _I, _L = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int64
_SIGNATURES = {
    "conf_new": (_V, []), "conf_set": (_I, [_V, _S, _S, _S, ctypes.c_size_t]),
    "conf_set_dr_msg_cb": (None, [_V, _DELIVERY]),
    "conf_set_log_cb": (None, [_V, _V]),
    "new": (_V, [_I, _V, _S, ctypes.c_size_t]), "destroy_flags": (None, [_V, _I]),
    "topic_new": (_V, [_V, _S, _V]), "topic_name": (_S, [_V]), "topic_destroy": (None, [_V]),
    "produce": (_I, [_V, ctypes.c_int32, _I, _S, ctypes.c_size_t, _S, ctypes.c_size_t, _V]),
    "last_error": (_I, []), "err2str": (_S, [_I]), "outq_len": (_I, [_V]), "poll": (_I, [_V, _I]),
    "poll_set_consumer": (_I, [_V]),
    "consumer_poll": (ctypes.POINTER(_Message), [_V, _I]),
    "message_destroy": (None, [ctypes.POINTER(_Message)]),
    "message_timestamp": (_L, [ctypes.POINTER(_Message), ctypes.POINTER(_I)]),
    "message_headers": (_I, [ctypes.POINTER(_Message), ctypes.POINTER(_V)]),
    "header_get_all": (_I, [_V, ctypes.c_size_t, ctypes.POINTER(_S), ctypes.POINTER(_V),
                            ctypes.POINTER(ctypes.c_size_t)]),
    "topic_partition_list_new": (_LIST, [_I]), "topic_partition_list_destroy": (None, [_LIST]),
    "topic_partition_list_add": (ctypes.POINTER(_TopicPartition), [_LIST, _S, ctypes.c_int32]),
    "assign": (_I, [_V, _LIST]), "committed": (_I, [_V, _LIST, _I]),
    "commit": (_I, [_V, _LIST, _I]),
    "query_watermark_offsets": (_I, [_V, _S, ctypes.c_int32, ctypes.POINTER(_L),
                                     ctypes.POINTER(_L), _I]),
    "metadata": (_I, [_V, _I, _V, ctypes.POINTER(ctypes.POINTER(_Metadata)), _I]),
    "metadata_destroy": (None, [ctypes.POINTER(_Metadata)]),
    "queue_new": (_V, [_V]), "queue_destroy": (None, [_V]), "queue_poll": (_V, [_V, _I]),
    "event_error": (_I, [_V]), "event_error_string": (_S, [_V]), "event_destroy": (None, [_V]),
    "NewTopic_new": (_V, [_S, _I, _I, _S, ctypes.c_size_t]), "NewTopic_destroy": (None, [_V]),
    "NewTopic_set_config": (_I, [_V, _S, _S]),
    "CreateTopics": (None, [_V, ctypes.POINTER(_V), ctypes.c_size_t, _V, _V]),
    "event_CreateTopics_result": (_V, [_V]),
    "CreateTopics_result_topics": (ctypes.POINTER(_V), [_V, ctypes.POINTER(ctypes.c_size_t)]),
    "topic_result_error": (_I, [_V]), "topic_result_error_string": (_S, [_V]),
    "DeleteTopic_new": (_V, [_S]), "DeleteTopic_destroy": (None, [_V]),
    "DeleteTopics": (None, [_V, ctypes.POINTER(_V), ctypes.c_size_t, _V, _V]),
    "DeleteRecords_new": (_V, [_LIST]), "DeleteRecords_destroy": (None, [_V]),
    "DeleteRecords": (None, [_V, ctypes.POINTER(_V), ctypes.c_size_t, _V, _V]),
    "NewPartitions_new": (_V, [_S, ctypes.c_size_t, _S, ctypes.c_size_t]),
    "NewPartitions_destroy": (None, [_V]),
    "CreatePartitions": (None, [_V, ctypes.POINTER(_V), ctypes.c_size_t, _V, _V]),
    "ConfigResource_new": (_V, [_I, _S]), "ConfigResource_destroy": (None, [_V]),
    "ConfigResource_add_incremental_config": (_V, [_V, _S, _I, _S]),
    "IncrementalAlterConfigs": (None, [_V, ctypes.POINTER(_V), ctypes.c_size_t, _V, _V]),
}


def load(path):
    """Loads librdkafka; once, before any client."""
    global _lib
    _lib = ctypes.CDLL(str(path))
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(_lib, "rd_kafka_" + name)
        function.restype, function.argtypes = result, arguments


def _check(error, what):
    if error != 0:
        raise KafkaError(f"{what}: {_lib.rd_kafka_err2str(error).decode()}")


def _handle(kind, properties, on_delivery=None):
    conf = _lib.rd_kafka_conf_new()
    text = ctypes.create_string_buffer(512)
    for name, value in properties.items():
        if _lib.rd_kafka_conf_set(conf, name.encode(), str(value).encode(), text, 512) != 0:
            raise KafkaError(text.value.decode())
    _lib.rd_kafka_conf_set_log_cb(conf, None)  # Lost connections are the point here.
    if on_delivery is not None:
        _lib.rd_kafka_conf_set_dr_msg_cb(conf, on_delivery)
    handle = _lib.rd_kafka_new(kind, conf, text, 512)
    if not handle:
        raise KafkaError(text.value.decode())
    return handle


def _partitions(entries):
    """A librdkafka list of (topic, partition, offset)."""
    partitions = _lib.rd_kafka_topic_partition_list_new(len(entries))
    for topic, partition, offset in entries:
        added = _lib.rd_kafka_topic_partition_list_add(partitions, topic.encode(), partition)
        added.contents.offset = offset
    return partitions


class Producer:
    """Writes until the cluster has it: waits for ever, idempotent, acks=all.

    One thread at a time. `on_delivered(topic, partition, offset, token)` is
    called from poll() and flush().
    """

    def __init__(self, servers, on_delivered=None):
        self._on_delivered = on_delivered
        self._callback = _DELIVERY(self._delivered)
        self.failures = []
        self._handle = _handle(_PRODUCER, {
            "bootstrap.servers": servers, "enable.idempotence": "true", "linger.ms": 2,
            "message.timeout.ms": 0, "reconnect.backoff.max.ms": 500,
            "topic.metadata.refresh.interval.ms": 2000}, self._callback)
        self._topics = {}

    def _delivered(self, _handle, message, _opaque):
        record = message.contents
        if record.err != 0:
            self.failures.append(_lib.rd_kafka_err2str(record.err).decode())
        elif self._on_delivered is not None:
            self._on_delivered(_lib.rd_kafka_topic_name(record.rkt).decode(), record.partition,
                               record.offset, record.private or 0)

    def produce(self, topic, partition, value, key=None, token=0):
        if topic not in self._topics:
            self._topics[topic] = _lib.rd_kafka_topic_new(self._handle, topic.encode(), None)
        while _lib.rd_kafka_produce(self._topics[topic], partition, _MESSAGE_COPY, value,
                                    len(value), key, len(key or b""), token) != 0:
            error = _lib.rd_kafka_last_error()
            if error != _QUEUE_FULL:
                _check(error, f"produce to {topic}")
            self.poll(0.05)

    def poll(self, seconds=0.0):
        _lib.rd_kafka_poll(self._handle, int(1000 * seconds))

    def pending(self):
        return _lib.rd_kafka_outq_len(self._handle)

    def flush(self, seconds):
        """Whether all that was produced is with the cluster."""
        deadline = time.monotonic() + seconds
        while self.pending() > 0 and time.monotonic() < deadline:
            self.poll(0.05)
        return self.pending() == 0

    def close(self):
        for topic in self._topics.values():
            _lib.rd_kafka_topic_destroy(topic)
        _lib.rd_kafka_destroy_flags(self._handle, 0)


class Record:
    """One record that was read. `time` is the broker's, in seconds."""

    __slots__ = ("topic", "partition", "offset", "key", "value", "time", "headers")


class Reader:
    """Reads whole topics from their beginning, outside of any group."""

    def __init__(self, servers, topics_and_partitions):
        self._handle = _handle(_CONSUMER, {
            "bootstrap.servers": servers, "group.id": "chaos-reader", "enable.auto.commit": "false",
            "auto.offset.reset": "earliest", "fetch.wait.max.ms": 50,
            "reconnect.backoff.max.ms": 500, "topic.metadata.refresh.interval.ms": 2000})
        _lib.rd_kafka_poll_set_consumer(self._handle)
        partitions = _partitions([(topic, partition, _BEGINNING)
                                  for topic, count in topics_and_partitions.items()
                                  for partition in range(count)])
        _check(_lib.rd_kafka_assign(self._handle, partitions), "assign")
        _lib.rd_kafka_topic_partition_list_destroy(partitions)

    def poll(self, seconds):
        """A Record, or None. Errors of connections pass by themselves."""
        message = _lib.rd_kafka_consumer_poll(self._handle, int(1000 * seconds))
        if not message:
            return None
        try:
            return self._record(message) if message.contents.err == 0 else None
        finally:
            _lib.rd_kafka_message_destroy(message)

    def _record(self, message):
        raw, record = message.contents, Record()
        record.topic = _lib.rd_kafka_topic_name(raw.rkt).decode()
        record.partition, record.offset = raw.partition, raw.offset
        record.value = ctypes.string_at(raw.payload, raw.len) if raw.payload else None
        record.key = ctypes.string_at(raw.key, raw.key_len) if raw.key else None
        record.time = _lib.rd_kafka_message_timestamp(message, ctypes.byref(ctypes.c_int())) / 1000
        record.headers = {}
        headers = ctypes.c_void_p()
        if _lib.rd_kafka_message_headers(message, ctypes.byref(headers)) == 0:
            name, value, size = ctypes.c_char_p(), ctypes.c_void_p(), ctypes.c_size_t()
            index = 0
            while _lib.rd_kafka_header_get_all(headers, index, ctypes.byref(name),
                                               ctypes.byref(value), ctypes.byref(size)) == 0:
                record.headers[name.value.decode()] = ctypes.string_at(value, size.value)
                index += 1
        return record

    def close(self):
        _lib.rd_kafka_destroy_flags(self._handle, 8)  # No close of a group.


class Admin:
    """What is asked of the cluster itself. One thread at a time."""

    def __init__(self, servers):
        self._servers = servers
        self._handle = _handle(_PRODUCER, {
            "bootstrap.servers": servers, "reconnect.backoff.max.ms": 500})
        self._groups = {}

    def _request(self, function, objects, destroy, what, limit=30):
        array = (ctypes.c_void_p * len(objects))(*objects)
        queue = _lib.rd_kafka_queue_new(self._handle)
        try:
            function(self._handle, array, len(objects), None, queue)
            event = _lib.rd_kafka_queue_poll(queue, 1000 * limit)
            if not event:
                raise KafkaError(f"{what}: no answer in {limit} s")
            error = _lib.rd_kafka_event_error(event)
            text = (_lib.rd_kafka_event_error_string(event) or b"").decode()
            topics = _lib.rd_kafka_event_CreateTopics_result(event)
            if error == 0 and topics:
                count = ctypes.c_size_t()
                results = _lib.rd_kafka_CreateTopics_result_topics(topics, ctypes.byref(count))
                for i in range(count.value):
                    error = error or _lib.rd_kafka_topic_result_error(results[i])
            _lib.rd_kafka_event_destroy(event)
            if error != 0:
                raise KafkaError(f"{what}: {_lib.rd_kafka_err2str(error).decode()} {text}")
        finally:
            _lib.rd_kafka_queue_destroy(queue)
            for one in objects:
                destroy(one)

    def _until_answered(self, request):
        """A broker that comes back may leave a request without an answer, or with one of a
        connection that is gone: asked again, each of these gives the same result."""
        for left in (2, 1, 0):
            try:
                return request()
            except KafkaError as error:
                if left == 0 or not re.search("no answer|[Tt]imed out|Transport", str(error)):
                    raise

    def create_topic(self, name, partitions, replicas, config=None):
        self._until_answered(lambda: self._create_topic(name, partitions, replicas, config))

    def _create_topic(self, name, partitions, replicas, config):
        text = ctypes.create_string_buffer(512)
        topic = _lib.rd_kafka_NewTopic_new(name.encode(), partitions, replicas, text, 512)
        for key, value in (config or {}).items():
            _lib.rd_kafka_NewTopic_set_config(topic, key.encode(), str(value).encode())
        self._request(_lib.rd_kafka_CreateTopics, [topic], _lib.rd_kafka_NewTopic_destroy,
                      f"making topic {name}")

    def add_partitions(self, topic, count):
        """So that there are `count` of them."""
        text = ctypes.create_string_buffer(512)
        self._request(_lib.rd_kafka_CreatePartitions,
                      [_lib.rd_kafka_NewPartitions_new(topic.encode(), count, text, 512)],
                      _lib.rd_kafka_NewPartitions_destroy, f"adding partitions to {topic}")

    def delete_topic(self, name):
        self._request(_lib.rd_kafka_DeleteTopics, [_lib.rd_kafka_DeleteTopic_new(name.encode())],
                      _lib.rd_kafka_DeleteTopic_destroy, f"deleting topic {name}")

    def delete_records(self, topic, before):
        """Everything below the offset of each partition: {partition: offset}."""
        self._until_answered(lambda: self._delete_records(topic, before))

    def _delete_records(self, topic, before):
        partitions = _partitions([(topic, p, offset) for p, offset in before.items()])
        request = _lib.rd_kafka_DeleteRecords_new(partitions)
        _lib.rd_kafka_topic_partition_list_destroy(partitions)
        self._request(_lib.rd_kafka_DeleteRecords, [request],
                      _lib.rd_kafka_DeleteRecords_destroy, f"deleting records of {topic}")

    def set_topic_config(self, topic, name, value):
        resource = _lib.rd_kafka_ConfigResource_new(_RESOURCE_TOPIC, topic.encode())
        _lib.rd_kafka_ConfigResource_add_incremental_config(
            resource, name.encode(), _SET, str(value).encode())
        self._request(_lib.rd_kafka_IncrementalAlterConfigs, [resource],
                      _lib.rd_kafka_ConfigResource_destroy, f"{name} of {topic}")

    def watermarks(self, topic, partition):
        low, high = ctypes.c_int64(), ctypes.c_int64()
        _check(_lib.rd_kafka_query_watermark_offsets(
            self._handle, topic.encode(), partition, ctypes.byref(low), ctypes.byref(high), 15000),
            f"offsets of {topic}")
        return low.value, high.value

    def leaders(self, topic):
        """{partition: broker id, -1 for none}; {} while the topic is not known."""
        found = ctypes.POINTER(_Metadata)()
        _check(_lib.rd_kafka_metadata(self._handle, 1, None, ctypes.byref(found), 15000), "metadata")
        leaders = {}
        for i in range(found.contents.topic_cnt):
            entry = found.contents.topics[i]
            if entry.topic.decode() == topic and entry.err == 0:
                leaders = {entry.partitions[j].id: entry.partitions[j].leader
                           for j in range(entry.partition_cnt)}
        _lib.rd_kafka_metadata_destroy(found)
        return leaders

    def _group(self, group):
        if group not in self._groups:
            self._groups[group] = _handle(_CONSUMER, {
                "bootstrap.servers": self._servers, "group.id": group,
                "reconnect.backoff.max.ms": 500, "enable.auto.commit": "false"})
        return self._groups[group]

    def committed(self, group, topic, count):
        """{partition: offset that the group goes on from}, 0 where there is none."""
        partitions = _partitions([(topic, p, -1001) for p in range(count)])
        try:
            # A coordinator that has just moved says so for a while.
            deadline = time.monotonic() + 30
            while (error := _lib.rd_kafka_committed(self._group(group), partitions, 10000)) != 0:
                if time.monotonic() > deadline:
                    _check(error, "committed")
                time.sleep(0.1)
            entries = [partitions.contents.elems[i] for i in range(count)]
            return {entry.partition: max(entry.offset, 0) for entry in entries}
        finally:
            _lib.rd_kafka_topic_partition_list_destroy(partitions)

    def commit(self, group, topic, offsets):
        """For a group that has no member."""
        partitions = _partitions([(topic, p, offset) for p, offset in offsets.items()])
        try:
            _check(_lib.rd_kafka_commit(self._group(group), partitions, 0), "commit")
        finally:
            _lib.rd_kafka_topic_partition_list_destroy(partitions)

    def close(self):
        for handle in [self._handle, *self._groups.values()]:
            _lib.rd_kafka_destroy_flags(handle, 8)
