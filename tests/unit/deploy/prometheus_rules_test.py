#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules, their tests and their runbooks, by promtool and by what it cannot see.

prometheus_rules_test.py REPOSITORY
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

# Not of presshawk: Prometheus's own series.
PROMETHEUS_SERIES = {"up", "ALERTS"}


def run(problems, *command):
    if shutil.which(command[0]) is None:
        problems.append(f"{command[0]} is not installed (./dev setup --tests)")
        return
    result = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=120
    )
    if result.returncode != 0:
        problems.append(f"{command[0]} {command[1]}:\n{result.stdout}{result.stderr}")


def rules_of(path):
    groups = yaml.safe_load(path.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def check_alert(rule, repository, problems):
    name = rule["alert"]
    for annotation in ("summary", "description", "runbook_url"):
        if not rule.get("annotations", {}).get(annotation):
            problems.append(f"{name}: no {annotation}")
    if rule.get("labels", {}).get("severity") not in ("critical", "warning"):
        problems.append(f"{name}: severity must be critical or warning")
    page = repository / "deploy/runbooks" / f"{name}.md"
    if rule["annotations"].get("runbook_url") != f"${{runbook_base_url}}/{page.name}":
        problems.append(f"{name}: runbook_url is not that of its page")
    if not page.is_file() or not page.read_text().startswith(f"# {name}\n"):
        problems.append(f"{name}: no runbook {page}")


def check_pages(alerts, repository, problems):
    """A page says what it means, where to look and what to do, and names nothing that is not there."""
    dashboard = (repository / "deploy/grafana/dashboards/presshawk.json").read_text()
    panels = set(re.findall(r'"title": "(.*?)"', dashboard))
    for page in sorted((repository / "deploy/runbooks").glob("Presshawk*.md")):
        text = page.read_text()
        if page.stem not in alerts:
            problems.append(f"{page}: no alert has this name")
        for part in ("**Impact.**", "## Look first", "## Then"):
            if part not in text:
                problems.append(f"{page}: no {part}")
        for name in re.findall(r"Presshawk[A-Z][A-Za-z]+", text):
            if name not in alerts:
                problems.append(f"{page}: no alert is called {name}")
        for panel in re.findall(r"[Pp]anel\s+“(.*?)”", text, re.S):
            if " ".join(panel.split()) not in panels:
                problems.append(f"{page}: the dashboard has no panel “{panel}”")


def check_tests(alerts, paths, problems):
    """Each alert fires alone in its one test, and nothing in its other."""
    fired = {}
    for path in paths:
        for test in yaml.safe_load(path.read_text())["tests"]:
            expected = [
                re.search('alertname="(.*?)"', sample["labels"]).group(1)
                for query in test["promql_expr_test"]
                for sample in query["exp_samples"]
            ]
            fired[test["name"]] = expected
    for alert in alerts:
        if fired.get(f"{alert} fires") != [alert]:
            problems.append(f"{alert}: no test in which it fires alone")
        if fired.get(f"{alert} stays silent") != []:
            problems.append(f"{alert}: no test in which it stays silent")


def check_links(alerts, prometheus, problems):
    """rules_for.sh puts the address in front of each page, and changes nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        base = "https://git.example/a&b/runbooks"
        subprocess.run([prometheus / "rules_for.sh", base + "/", folder], check=True)
        made = sorted(pathlib.Path(folder).glob("*.yml"))
        run(problems, "promtool", "check", "rules", *made)
        links = {rule["alert"]: rule["annotations"]["runbook_url"]
                 for path in made for rule in rules_of(path) if "alert" in rule}
        for name in alerts:
            if links.get(name) != f"{base}/{name}.md":
                problems.append(f"{name}: rules_for.sh made the link {links.get(name)}")
        refused = subprocess.run([prometheus / "rules_for.sh", "runbooks", folder], stderr=subprocess.PIPE, check=False)
        if refused.returncode != 2:
            problems.append("rules_for.sh takes what is no address")


def check_series(rules, repository, problems):
    """Every series that a rule asks for is one of ours or of another rule."""
    specification = (repository / "core/spec/metrics.md").read_text().split("Not built yet.")[0]
    known = set(re.findall(r"^\| `((?:presshawk|process)_[a-z_]+)", specification, re.M))
    known |= {rule["record"] for rule in rules if "record" in rule}
    known |= PROMETHEUS_SERIES
    for rule in rules:
        for name in re.findall(r"[a-z_:]*(?:presshawk|process)_[a-z0-9_:]+", rule["expr"]):
            base = re.sub("_(bucket|sum|count)$", "", name)
            if name not in known and base not in known:
                problems.append(f"{rule.get('alert', rule.get('record'))}: no metric {name}")


def main(repository):
    problems = []
    prometheus = repository / "deploy/prometheus"
    rule_files = sorted((prometheus / "rules").glob("*.yml"))
    tests = sorted((prometheus / "tests").glob("*.yml"))
    run(problems, "promtool", "check", "rules", *rule_files)
    run(problems, "promtool", "check", "config", prometheus / "prometheus.yml")
    run(problems, "promtool", "test", "rules", *tests)
    run(problems, "amtool", "check-config", prometheus / "alertmanager.yml")

    rules = [rule for path in rule_files for rule in rules_of(path)]
    alerts = [rule["alert"] for rule in rules if "alert" in rule]
    for rule in rules:
        if "alert" in rule:
            check_alert(rule, repository, problems)
    check_tests(alerts, tests, problems)
    check_series(rules, repository, problems)
    check_links(alerts, prometheus, problems)
    check_pages(alerts, repository, problems)

    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(rules)} rules, {len(alerts)} alerts, {len(problems)} problems")
    return 1 if problems or not alerts else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
