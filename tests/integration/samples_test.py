#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The samples of deploy/ALERTS.md read the alerts of a real presshawk from a real
Kafka, drop a repeat, and highlight each hit where the article has it.

  samples_test.py --binary PRESSHAWK --rdkafka LIBRARY [--kafka-lib FOLDER]
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parents[1] / "deploy/samples"
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.append(str(HERE.parent / "chaos"))

import alert_schema  # noqa: E402
import kafka_client  # noqa: E402
from cluster import Cluster, add_program_options  # noqa: E402
from instance import Instance, kafka_config  # noqa: E402
from processes import Child, wait_for  # noqa: E402

PATIENCE = 300
LISTS = [{"id": "harbour", "terms": ["harbour", "AT&T", "Élysée", "naïve café"]},
         {"id": "window", "query": '/harbour\\W+ferry/'}]
ARTICLES = [
    {"id": "plain", "title": "The harbour", "body": "😀 At the harbour"},
    {"id": "alias", "headline": "Harbour opens", "content": "😀 At\nthe harbour"},
    {"id": "html", "title": "AT&amp;T", "body": "<p>😀 L&#8217;&Eacute;lys&eacute;e</p><p>The har<b>bour</b>.</p>"},
    {"id": "array", "body": ["A harbour", "ferry, nai\u0308ve cafe\u0301"]},
    {"id": "quiet", "title": "Nothing"},
]
EXPECTED = {
    "harbour\tplain\tThe «harbour»", "harbour\tplain\t😀 At the «harbour»",
    "harbour\talias\t«Harbour» opens", "harbour\talias\t😀 At the «harbour»",
    "harbour\thtml\t«AT&amp;T»",
    "harbour\thtml\t<p>😀 L&#8217;«&Eacute;lys&eacute;e»</p><p>The har<b>bou",
    "harbour\thtml\t&eacute;e</p><p>The «har<b>bour»</b>.</p>",
    "harbour\tarray\tA «harbour»", "harbour\tarray\tferry, «nai\u0308ve cafe\u0301»",
    "window\tarray\t«harbour; ferry»",
}


def write(servers, topic, values):
    producer = kafka_client.Producer(servers)
    for value in values:
        producer.produce(topic, 0, value)
    wait_for(f"{topic} to be written", PATIENCE, lambda: producer.flush(0.5))
    producer.close()


def read(servers, topic, count):
    reader = kafka_client.Reader(servers, {topic: 1})
    records = []

    def enough():
        record = reader.poll(0.1)
        records.extend([record] if record is not None else [])
        return len(records) >= count
    wait_for(f"{count} records of {topic}", PATIENCE, enough)
    reader.close()
    return records


def make_alerts(cluster, binary, folder):
    """Has presshawk make the alerts, and writes all of them again: each comes twice."""
    servers = cluster.servers("direct")
    admin = kafka_client.Admin(servers)
    for topic in ("articles", "alerts", "articles.deadletter"):
        admin.create_topic(topic, 1, 1)
    admin.close()
    write(servers, "articles", [json.dumps(one).encode() for one in ARTICLES])
    lists = folder / "lists.ndjson"
    lists.write_text("".join(json.dumps(one) + "\n" for one in LISTS), encoding="utf-8")
    config = kafka_config(cluster, "direct", sinks=[{"kafka": {"topic": "alerts"}}])
    config["watchlists"] = {"files": [str(lists)]}
    instance = Instance("service", binary, folder, config)
    try:
        instance.start()
        records = read(servers, "alerts", 5)
        instance.stop()
    finally:
        instance.close()
    write(servers, "alerts", [record.value for record in records])
    return [json.loads(record.value) for record in records]


def lines_of(name, command, folder):
    """What a sample prints until it has printed all that is expected, and then a little more: a
    repeat would come before the last alert's lines."""
    output = folder / f"{name}.out"
    output.touch()
    sample = Child(command, output, env={**os.environ, "PYTHONIOENCODING": "utf-8"})

    def lines():
        return [line for line in output.read_text(encoding="utf-8").splitlines() if "\t" in line]

    try:
        def done():
            if not sample.running():
                raise RuntimeError(f"{name} ended:\n{output.read_text(encoding='utf-8')[-3000:]}")
            return "harbour\tlast\t«Harbour»" in lines()
        wait_for(f"the last line of {name}", PATIENCE, done)
        return lines()[:-1]
    finally:
        sample.kill()


def run(cluster, binary, kafka_lib, folder):
    servers = cluster.servers("direct")
    alerts = make_alerts(cluster, binary, folder)
    problems = [f"{alert['id']}: {mistake}" for alert in alerts for mistake in alert_schema.mistakes(alert)]
    # Behind the repeats, one that is new.
    last = {**alerts[0], "id": "f" * 32, "origin": {"topic": "articles", "partition": 0, "offset": len(ARTICLES)},
            "article": {"id": "last"},
            "hits": [{"term": "harbour", "field": "title", "begin": 0, "end": 7, "text": "Harbour"}]}
    write(servers, "articles", [b'{"title":"Harbour"}'])
    write(servers, "alerts", [json.dumps(last).encode()])
    samples = {
        "python": [sys.executable, SAMPLES / "read_alerts.py", servers, "alerts", "reader-in-python"],
        "java": [shutil.which("java"), "-Xmx200m", "-cp", f"{kafka_lib}/*", SAMPLES / "ReadAlerts.java",
                 servers, "alerts", "reader-in-java"],
    }
    for name, command in samples.items():
        lines = lines_of(name, command, folder)
        print(f"{name}: {len(lines)} lines for {len(alerts)} alerts, each of which came twice")
        problems += [f"{name}: lacks {line!r}" for line in EXPECTED - set(lines)]
        problems += [f"{name}: prints {line!r}" for line in lines if line not in EXPECTED]
        if len(lines) != len(set(lines)):
            problems.append(f"{name}: does not drop repeats")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_program_options(parser)
    options = parser.parse_args()
    if os.environ.get("PRESSHAWK_SKIP_KAFKA") == "1":
        print("samples: left out, as PRESSHAWK_SKIP_KAFKA=1 says")
        return 77
    if subprocess.run([sys.executable, "-c", "import confluent_kafka"], capture_output=True, check=False).returncode != 0:
        print("skipped: ./dev setup --tests installs confluent-kafka")
        return 77
    kafka_client.load(options.rdkafka)
    with tempfile.TemporaryDirectory(prefix="presshawk-samples-") as name:
        folder = pathlib.Path(name)
        cluster = Cluster(folder / "cluster", options.kafka_lib, 1)
        try:
            problems = run(cluster, options.binary, options.kafka_lib, folder)
        finally:
            cluster.close()
    for problem in problems:
        print(f"WRONG: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
