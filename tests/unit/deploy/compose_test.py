#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""deploy/compose and deploy/docker name only what is there.

compose_test.py REPOSITORY
"""

import pathlib
import re
import shlex
import sys

import yaml


class Check:
    def __init__(self, repository):
        self.root = repository
        self.folder = repository / "deploy/compose"
        self.compose = yaml.safe_load((self.folder / "compose.yaml").read_text())
        self.services = self.compose["services"]
        self.config = (repository / "deploy/config/presshawk.yaml").read_text()
        self.problems = []

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def mounts_exist(self):
        for name, service in self.services.items():
            for mount in service.get("volumes", []):
                source = mount.split(":")[0]
                if source.startswith("."):
                    self.expect((self.folder / source).exists(), f"{name}: no {source}")
                else:
                    self.expect(source in self.compose["volumes"], f"{name}: no volume {source}")

    def build_exists(self):
        for name, service in self.services.items():
            if "build" in service:
                context = (self.folder / service["build"]["context"]).resolve()
                self.expect(context == self.root, f"{name}: builds from {context}")
                dockerfile = context / service["build"]["dockerfile"]
                self.expect(dockerfile.is_file(), f"{name}: no {dockerfile}")
        dockerfile = (self.root / "deploy/docker/Dockerfile").read_text()
        for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.M):
            for source in shlex.split(line)[:-1]:
                self.expect((self.root / source).exists(), f"Dockerfile: no {source}")

    def image_has_no_symbols(self):
        """The program of a release build is thirty times as large with them."""
        dockerfile = (self.root / "deploy/docker/Dockerfile").read_text()
        self.expect(re.search(r"strip (-\S+ )*-o /out/presshawk build/release/presshawk", dockerfile),
                    "Dockerfile: the program keeps its symbols")

    def only_this_machine(self):
        for name, service in self.services.items():
            for port in service.get("ports", []):
                self.expect(port.startswith("127.0.0.1:"), f"{name}: {port} is open to all")

    def dependencies_exist(self):
        for name, service in self.services.items():
            for other in service.get("depends_on", {}):
                self.expect(other in self.services, f"{name}: depends on {other}")

    def environment_fits_the_configuration(self):
        variables = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", re.sub("#.*", "", self.config)))
        for name in ("presshawk", "produce"):
            for variable in self.services[name]["environment"]:
                self.expect(variable in variables, f"{name}: {variable} is not in presshawk.yaml")

    def topics_are_created(self):
        script = (self.folder / "create_topics.sh").read_text()
        created = set(re.findall(r"^create (\S+)", script, re.M))
        config = yaml.safe_load(self.config)
        named = set(config["source"]["kafka"]["topics"])
        named |= {sink["kafka"]["topic"] for sink in config["sinks"] if "kafka" in sink}
        named |= {sink["kafka"]["topic"] + ".retractions" for sink in config["sinks"] if "kafka" in sink}
        named.add(config["deadletter"]["kafka"]["topic"])
        self.expect(created == named, f"topics: created {created}, named {named}")

    def hosts_are_services(self):
        prometheus = yaml.safe_load((self.root / "deploy/prometheus/prometheus.yml").read_text())
        targets = [
            target
            for job in prometheus["scrape_configs"] + prometheus["alerting"]["alertmanagers"]
            for static in job["static_configs"]
            for target in static["targets"]
        ]
        targets.append(self.services["grafana"]["environment"]["PROMETHEUS_URL"].split("//")[1])
        targets.append(self.services["presshawk"]["environment"]["KAFKA_BROKERS"])
        named = self.services["presshawk"]["environment"]["PRESSHAWK_HOST"]
        scraped = prometheus["scrape_configs"][0]["static_configs"][0]["targets"][0].split(":")[0]
        self.expect(scraped == named, f"presshawk refuses the name {scraped} (PRESSHAWK_HOST)")
        for target in targets:
            self.expect(target.split(":")[0] in self.services, f"no service for {target}")

    def grafana_is_provisioned(self):
        folder = self.root / "deploy/grafana/provisioning"
        source = yaml.safe_load((folder / "datasources/prometheus.yml").read_text())
        self.expect(source["datasources"][0]["type"] == "prometheus", "no Prometheus in Grafana")
        provider = yaml.safe_load((folder / "dashboards/presshawk.yml").read_text())
        path = provider["providers"][0]["options"]["path"]
        mounts = [mount.split(":") for mount in self.services["grafana"]["volumes"]]
        self.expect(
            ["../grafana/dashboards", path, "ro"] in mounts, f"no dashboards at {path} in Grafana"
        )


def main(repository):
    check = Check(repository)
    steps = [
        check.mounts_exist,
        check.build_exists,
        check.image_has_no_symbols,
        check.only_this_machine,
        check.dependencies_exist,
        check.environment_fits_the_configuration,
        check.topics_are_created,
        check.hosts_are_services,
        check.grafana_is_provisioned,
    ]
    for step in steps:
        step()
    for problem in check.problems:
        print(problem, file=sys.stderr)
    print(f"{len(check.services)} services, {len(check.problems)} problems")
    return 1 if check.problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
