#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads alerts from Kafka, drops repeats, and highlights each hit in the article
as it came. deploy/ALERTS.md explains each step; ReadAlerts.java does the same.

  pip install confluent-kafka
  read_alerts.py BOOTSTRAP_SERVERS ALERT_TOPIC GROUP

It prints a line for each hit: the list, the article, and the words around the
hit, which stands in «».
"""

import json
import sys

import confluent_kafka

CONTEXT = 20  # Code points on each side.


def value_at(document, pointer):
    """What a JSON Pointer (RFC 6901) names."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def place_of(hit, article):
    """The value that a hit stands in, and where in it; None for a hit that runs
    over several values. Python counts strings in code points, as alerts do."""
    if "pointer" in hit:
        begin, end = hit["raw"]
        return str(value_at(article, hit["pointer"])), begin, end
    value, begin, end = article.get(hit["field"]), hit["begin"], hit["end"]
    if isinstance(value, (str, int, float)) and str(value)[begin:end] == hit["text"]:
        return str(value), begin, end
    return None


def highlighted(hit, article):
    place = place_of(hit, article)
    if place is None:
        return f"«{hit['text']}»"
    value, begin, end = place
    return f"{value[max(0, begin - CONTEXT):begin]}«{value[begin:end]}»{value[end:end + CONTEXT]}"


class Articles:
    """Fetches single articles, by the `origin` of an alert."""

    def __init__(self, servers):
        self._consumer = confluent_kafka.Consumer(
            {"bootstrap.servers": servers, "group.id": "unused", "enable.auto.commit": False})

    def at(self, origin):
        self._consumer.assign([confluent_kafka.TopicPartition(
            origin["topic"], origin["partition"], origin["offset"])])
        return json.loads(next_record(self._consumer).value())


def next_record(consumer):
    while True:
        record = consumer.poll(1.0)
        if record is not None and record.error() is None:
            return record
        if record is not None and not record.error().retriable():
            raise confluent_kafka.KafkaException(record.error())


def main():
    servers, topic, group = sys.argv[1:]
    articles = Articles(servers)
    seen = set()  # A real receiver keeps the ids with the alerts, for as long as records can come again.
    consumer = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": group,
                                         "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe([topic])
    while True:
        record = next_record(consumer)
        alert = json.loads(record.value())
        if alert["schema"] == 1 and alert["id"] not in seen:
            article = articles.at(alert["origin"])
            for hit in alert["hits"]:
                words = " ".join(highlighted(hit, article).split())
                print(alert["watchlist"]["id"], alert["article"]["id"], words, sep="\t", flush=True)
            seen.add(alert["id"])
        consumer.commit(record)  # Only now: the alert is dealt with.


if __name__ == "__main__":
    main()
