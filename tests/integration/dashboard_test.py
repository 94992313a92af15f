#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every panel and every rule, on a real Prometheus that scrapes real presshawks.

dashboard_test.py REPOSITORY PRESSHAWK

One instance follows a file, writes files and delivers to receivers; the other is the demo, with Kafka
in its process. Prometheus scrapes both each second. Fails where an expression
is an error, or gives nothing where there must be something.
"""

import json
import os
import pathlib
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

# What may have no value: nothing goes wrong with Kafka here, and no certificate is configured.
MAY_BE_EMPTY = {"Kafka errors, by code", "Certificates: days left"}
MAY_BE_ABSENT = {"presshawk_kafka_errors_total", "presshawk_certificate_end_timestamp_seconds"}
# Series of Prometheus itself that only exist when an alert does.
PROMETHEUS_SERIES = {"up", "ALERTS"}

LISTS = """watchlists:
  - {{id: storms, name: Storms, terms: [storm, hurricane]}}
  - {{id: banks, name: Banks, query: '{query}'}}
"""

CONFIG = """source: {{file: {{paths: ["{folder}/articles.ndjson"], follow: true}}}}
watchlists: {{files: ["{folder}/lists.yaml"]}}
sinks: [{{file: {{path: "{folder}/alerts.ndjson"}}}}]
deadletter: {{file: {{path: "{folder}/dead.ndjson"}}}}
http: {{listen: "127.0.0.1:0"}}
workers: 2
store: {{sqlite: {{path: "{folder}/ledger.db"}}, reserve: 1MiB}}
delivery: {{subscriptions: {{files: ["{folder}/subscriptions.yaml"]}}, operator: archive}}
receivers:
  archive: {{file: {{path: "{folder}/archive.ndjson"}}}}
  nobody: {{webhook: {{url: "http://127.0.0.1:1/", secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw,
                     allow_http: true, allow_networks: [127.0.0.0/8]}}}}
"""

# Nothing listens at the second receiver: something waits, and its circuit is open.
SUBSCRIPTIONS = """subscriptions:
  - {id: desk, match: {watchlists: [storms]}, to: [archive, nobody], when: instant}
"""

PROMETHEUS = """global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}/*.yml"]
scrape_configs:
  - job_name: presshawk
    static_configs: [{{targets: {targets}}}]
"""


def get(url, data=None):
    with urllib.request.urlopen(url, data=data, timeout=20) as answer:
        return answer.read().decode()


def wait_for(what, seconds, condition):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise SystemExit(f"dashboard_test: gave up waiting for {what}")


class Process:
    """A program with its stderr in a file; stopped with the test."""

    running = []

    def __init__(self, log, *command, **options):
        self.log = pathlib.Path(log)
        self.process = subprocess.Popen(
            [str(word) for word in command], stderr=self.log.open("w"), **options
        )
        Process.running.append(self)

    def port(self):
        """The port that the log names."""

        def find():
            if self.process.poll() is not None:
                raise SystemExit(f"ended at start:\n{self.log.read_text()}")
            return re.search(r"http://127\.0\.0\.1:(\d+)/", self.log.read_text())

        return int(wait_for("a port in " + self.log.name, 60, find).group(1))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    @classmethod
    def stop_all(cls):
        for one in cls.running:
            one.stop()


def start_demo(folder, presshawk):
    """The demo goes on after its samples only where it writes to a terminal."""
    master, slave = pty.openpty()
    threading.Thread(target=drain, args=(master,), daemon=True).start()
    demo = Process(
        folder / "demo.log", presshawk, "demo", "--listen", "127.0.0.1:0",
        stdout=slave, stdin=subprocess.DEVNULL, cwd=folder,
    )
    os.close(slave)
    return demo


def drain(descriptor):
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        pass


def start_service(folder, presshawk):
    (folder / "lists.yaml").write_text(LISTS.format(query='bank* AND rates'))
    (folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
    (folder / "articles.ndjson").touch()
    (folder / "presshawk.yaml").write_text(CONFIG.format(folder=folder))
    return Process(
        folder / "service.log", presshawk, "run", "--config", folder / "presshawk.yaml",
        stdout=subprocess.DEVNULL, cwd=folder,
    )


def feed(path, stop):
    """Articles that match, articles that do not, and what is no article."""
    number = 0
    while not stop.is_set():
        with path.open("a") as file:
            for title in ("A storm nears", "Banks raise rates", "Nothing much"):
                number += 1
                published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 90))
                article = {"id": str(number), "title": title, "published_at": published}
                file.write(json.dumps(article) + "\n")
            file.write("{not json\n")
        stop.wait(0.2)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_prometheus(folder, repository, ports):
    config = folder / "prometheus.yml"
    targets = json.dumps([f"127.0.0.1:{port}" for port in ports])
    rules = repository / "deploy/prometheus/rules"
    config.write_text(PROMETHEUS.format(rules=rules, targets=targets))
    for _ in range(5):  # The port may be taken between the probe and the start.
        port = free_port()
        process = Process(
            folder / "prometheus.log", "prometheus", f"--config.file={config}",
            f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{port}",
            stdout=subprocess.DEVNULL,
        )
        base = f"http://127.0.0.1:{port}"

        def answers():
            if process.process.poll() is not None:
                return "ended"
            try:
                return get(base + "/-/ready")
            except (urllib.error.URLError, OSError):
                return None

        if wait_for("Prometheus", 60, answers) != "ended":
            return Prometheus(base)
    raise SystemExit((folder / "prometheus.log").read_text())


class Prometheus:
    def __init__(self, base):
        self.base = base

    def api(self, path, **parameters):
        url = f"{self.base}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            return json.loads(get(url))["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.loads(error.read())["error"]) from error

    def values(self, expression):
        """Numbers of an instant query; those that are none are left out."""
        result = self.api("query", query=expression)["result"]
        values = [float(series["value"][1]) for series in result]
        return [value for value in values if value == value]

    def range_is_good(self, expression):
        now = time.time()
        self.api("query_range", query=expression, start=now - 10, end=now, step=1)


def panel_queries(dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def filled_in(expression):
    """As Grafana does before it asks."""
    for name, value in (("$job", "presshawk"), ("$instance", ".*"), ("$__rate_interval", "5s")):
        expression = expression.replace(name, value)
    if "$" in expression:
        raise ValueError(f"a variable that the test does not know: {expression}")
    return expression


def selectors(expression):
    """Series that an expression reads, each as written."""
    found = re.findall(r"[a-z_:]*(?:presshawk|process)_[a-z0-9_:]+(?:\{[^}]*\})?", expression)
    return [name for name in found if name.split("{")[0] not in MAY_BE_ABSENT]


def check_panels(dashboard, prometheus, problems):
    count = 0
    for title, raw in panel_queries(dashboard):
        count += 1
        try:
            expression = filled_in(raw)
            prometheus.range_is_good(expression)
            if not prometheus.values(expression) and title not in MAY_BE_EMPTY:
                problems.append(f"panel {title}: nothing from: {expression}")
        except ValueError as error:
            problems.append(f"panel {title}: {error}")
    for annotation in dashboard["annotations"]["list"]:
        try:
            prometheus.range_is_good(filled_in(annotation["expr"]))
        except ValueError as error:
            problems.append(f"annotation {annotation['name']}: {error}")
    return count


def check_rules(prometheus, problems):
    rules = [rule for group in prometheus.api("rules")["groups"] for rule in group["rules"]]
    for rule in rules:
        name = rule["name"]
        if rule["health"] != "ok" or rule.get("lastError"):
            problems.append(f"rule {name}: {rule['health']}: {rule.get('lastError')}")
        for selector in selectors(rule["query"]):
            if not prometheus.values(f"count({selector})"):
                problems.append(f"rule {name}: there is no {selector}")
        if rule["type"] == "recording" and not prometheus.values(name):
            problems.append(f"rule {name}: records nothing")
        if rule.get("state") == "firing" and name != "PresshawkWatchListsStale":
            # Dead letters and a stale list are made on purpose, for less than
            # the time their alerts wait; nothing else may be wrong.
            problems.append(f"alert {name} fires")
    return len(rules)


def check_numbers(prometheus, problems):
    """What must be so of the numbers themselves, in all scrapes."""
    for what, expression in {
        "articles do not add up": "max_over_time(instance:presshawk_articles_unaccounted:count[5m]) != 0"
        " or min_over_time(instance:presshawk_articles_unaccounted:count[5m]) != 0",
        "an instance was not ready": "presshawk_ready != 1",
        "a target was down": "min_over_time(up[20s]) != 1",
    }.items():
        if prometheus.values(expression):
            problems.append(what)
    for what, expression in {
        "alerts of the file sink": 'presshawk_deliveries_total{sink="file",result="success"} > 0',
        "alerts of the Kafka sink": 'presshawk_deliveries_total{sink="kafka",result="success"} > 0',
        "dead letters": 'presshawk_articles_rejected_total{reason="not_json"} > 0',
        "a stale list": 'presshawk_watchlists{state="stale"} == 1',
        "two reloads": 'presshawk_reloads_total{result="success"} >= 2',
        "the delay of a feed": 'presshawk_alert_delay_seconds_sum{from="published"}'
        ' / presshawk_alert_delay_seconds_count{from="published"} > 85',
        "deliveries": 'presshawk_notification_attempts_total{receiver_kind="file",outcome="delivered"} > 0',
        "deliveries that wait": 'presshawk_notification_waiting{receiver_kind="webhook"} > 0',
        "a receiver that fails": 'presshawk_notification_receivers{state="open"} == 1',
        "all partitions": 'count(presshawk_consumer_lag{topic="articles"}) > 1',
    }.items():
        if not prometheus.values(expression):
            problems.append(f"not seen: {what}: {expression}")


def check_runbooks(dashboard, repository, problems):
    titles = {panel["title"] for panel in dashboard["panels"]}
    for page in (repository / "deploy/runbooks").glob("*.md"):
        text = " ".join(page.read_text().split())
        for title in re.findall("“([^”]*)”", text):
            if title not in titles:
                problems.append(f"{page.name}: there is no panel “{title}”")


def check_scrape(port, problems):
    result = subprocess.run(
        ["promtool", "check", "metrics"], input=get(f"http://127.0.0.1:{port}/metrics"),
        capture_output=True, text=True, timeout=60,
    )
    if result.returncode != 0:
        problems.append(f"promtool check metrics: {result.stdout}{result.stderr}")


def run(repository, presshawk, folder):
    problems = []
    dashboard = json.loads((repository / "deploy/grafana/dashboards/presshawk.json").read_text())
    demo, service = start_demo(folder, presshawk), start_service(folder, presshawk)
    ports = [service.port(), demo.port()]
    stop = threading.Event()
    feeder = threading.Thread(target=feed, args=(folder / "articles.ndjson", stop))
    feeder.start()
    try:
        prometheus = start_prometheus(folder, repository, ports)
        wait_for(
            "scrapes of both", 60,
            lambda: len(prometheus.values("count_over_time(presshawk_alerts_total[5m]) >= 3")) == 2,
        )
        (folder / "lists.yaml").write_text(LISTS.format(query="bank* AND"))  # A bad one.
        get(f"http://127.0.0.1:{ports[0]}/-/reload", data=b"")
        # Rates over five seconds need some seconds of scrapes after the change;
        # librdkafka's statistics, which carry the lag, come every few seconds, and
        # the rates of lists are those of a minute.
        wait_for(
            "lag, and a time of watching", 150,
            lambda: prometheus.values("presshawk_consumer_lag")
            and prometheus.values("presshawk_list_alerts_per_minute")
            and prometheus.values('count_over_time(presshawk_watchlists{state="stale"}[5m]) >= 12')
            and prometheus.values('presshawk_watchlists{state="stale"} == 1'),
        )
        panels = check_panels(dashboard, prometheus, problems)
        rules = check_rules(prometheus, problems)
        check_numbers(prometheus, problems)
        check_runbooks(dashboard, repository, problems)
        for port in ports:
            check_scrape(port, problems)
    finally:
        stop.set()
        feeder.join()
    for name, process in (("run", service), ("demo", demo)):
        code = process.stop()
        if code != 0:
            problems.append(f"presshawk {name} ended with {code}:\n{process.log.read_text()}")
    print(f"{panels} panel queries, {rules} rules, {len(problems)} problems")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def main(repository, presshawk):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="presshawk_dashboard_"))
    try:
        return run(repository, presshawk, folder)
    finally:
        Process.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()))
