#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the program writes, and where: files of sinks that are rotated, locked or
named twice, lists that cannot be read, standard streams that are full or closed,
and whether `check` and `run` judge a configuration alike.

  outputs_test.py PRESSHAWK
"""

import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
import xml.etree.ElementTree

PRESSHAWK = ""
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
LISTS = "watchlists: [{id: ferry, terms: [ferry]}]\n"
CONFIG = {
    "source": "{file: {paths: [in.ndjson], follow: true}}",
    "watchlists": "{files: [lists.yaml]}",
    "sinks": "[{file: {path: alerts.ndjson}}]",
    "deadletter": "{file: {path: dead.ndjson}}",
    "http": '{listen: "127.0.0.1:0"}',
    "workers": "1",
}


def article(number):
    return json.dumps({"id": f"a{number}", "title": "ferry"}) + "\n"


class Service:
    """`presshawk run`, until the end of the block."""

    def __init__(self, folder, config="presshawk.yaml", log="run.log"):
        self.folder, self.log_path = folder, folder / log
        with open(self.log_path, "ab") as file:
            self.process = subprocess.Popen([PRESSHAWK, "run", "--config", config], cwd=folder,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=file)

    def __enter__(self):
        self.wait_for("lists active")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_for(self, what):
        """A text of the log, or a condition; the limit of the test ends it otherwise."""
        condition = what if callable(what) else lambda: what in self.log()
        while not (result := condition()):
            if self.process.poll() is not None:
                raise RuntimeError(f"presshawk ended: {self.log()}")
            time.sleep(0.02)
        return result

    def metrics(self):
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", self.log()).group(1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            return answer.read().decode()


class FolderTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="presshawk-outputs-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.write("lists.yaml", LISTS)
        self.write("in.ndjson", "")

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def append(self, name, text):
        with open(self.folder / name, "a", encoding="utf-8") as file:
            file.write(text)

    def configure(self, name="presshawk.yaml", **changes):
        self.write(name, "".join(f"{key}: {value}\n" for key, value in {**CONFIG, **changes}.items() if value))

    def run_it(self, *arguments, **options):
        return subprocess.run([PRESSHAWK, *arguments], cwd=self.folder, check=False, timeout=120,
                              **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                                 "stderr": subprocess.PIPE, **options})

    def ids(self, *names):
        found = []
        for name in names:
            path = self.folder / name
            for line in path.read_bytes().splitlines() if path.exists() else ():
                found.append(json.loads(line)["article"]["id"])
        return found


class MetricsTest(FolderTest):
    def test_a_service_shows_from_the_start_what_the_specification_names_and_nothing_else(self):
        specification = (REPOSITORY / "core/spec/metrics.md").read_text(encoding="utf-8")
        built = specification.split("Not built yet.")[0]
        named = set(re.findall(r"^\| `([a-z_]+)[`{]", built, re.M))
        of_delivery = {name for name in named if name.startswith("presshawk_notification_")}
        self.configure()
        with Service(self.folder) as service:
            shown = set(re.findall(r"^# TYPE (\S+)", service.metrics(), re.M))
        self.assertEqual(shown, named - of_delivery)
        self.write("subscriptions.yaml", "subscriptions: [{id: a, match: {watchlists: [ferry]}, to: [archive], when: instant}]\n")
        self.configure(store="{sqlite: {path: ledger.db}, reserve: 1MiB}",
                       delivery="{subscriptions: {files: [subscriptions.yaml]}}",
                       receivers="{archive: {file: {path: archive.ndjson}}}")
        with Service(self.folder, log="deliver.log") as service:
            shown = set(re.findall(r"^# TYPE (\S+)", service.metrics(), re.M))
        self.assertEqual(shown, named)


class FileSinkTest(FolderTest):
    def test_renamed_file_is_left_whole_and_a_new_one_is_made_on_sighup(self):
        self.configure()
        with Service(self.folder) as service:
            self.append("in.ndjson", article(1))
            service.wait_for(lambda: self.ids("alerts.ndjson") == ["a1"])
            (self.folder / "alerts.ndjson").rename(self.folder / "alerts.1")
            service.process.send_signal(signal.SIGHUP)
            service.wait_for(lambda: (self.folder / "alerts.ndjson").exists())
            self.append("in.ndjson", article(2))
            service.wait_for(lambda: self.ids("alerts.ndjson") == ["a2"])
            self.assertEqual(self.ids("alerts.1"), ["a1"])
            self.assertIn('presshawk_sink_file_changes_total{change="renamed"} 1', service.metrics())
            self.assertIn('presshawk_sink_file_lost_bytes_total{change="deleted"} 0', service.metrics())

    def test_deleted_file_is_made_anew_and_the_loss_is_said_and_counted(self):
        self.configure()
        with Service(self.folder) as service:
            self.append("in.ndjson", article(1))
            # Written is not acknowledged yet: until then a deleted line is written again.
            service.wait_for(lambda: 'presshawk_deliveries_total{sink="file",result="success"} 1' in service.metrics())
            size = (self.folder / "alerts.ndjson").stat().st_size
            (self.folder / "alerts.ndjson").unlink()
            self.append("in.ndjson", article(2))
            service.wait_for(lambda: self.ids("alerts.ndjson") == ["a2"])
            service.wait_for("alerts.ndjson: somebody deleted this file")
            self.assertIn(f'presshawk_sink_file_lost_bytes_total{{change="deleted"}} {size}', service.metrics())

    def test_second_service_on_a_file_is_refused_with_what_to_do(self):
        own = "{file: {paths: [in.ndjson], follow: true, checkpoint: second.offset}}"
        for change in ({"sinks": "[{file: {path: ./alerts.ndjson}}]", "deadletter": "{file: {path: dead2.ndjson}}"},
                       {"sinks": "[{file: {path: alerts2.ndjson}}]"}):
            self.configure()
            self.configure("second.yaml", source=own, **change)
            with Service(self.folder):
                # A running service does not make its own check fail.
                self.assertEqual(self.run_it("check", "--config", "presshawk.yaml").returncode, 0)
                second = self.run_it("run", "--config", "second.yaml")
                self.assertEqual(second.returncode, 3)
                self.assertRegex(second.stderr.decode(),
                                 "cannot start: .*ndjson: somebody writes this file already: give each")

    def test_second_service_with_one_checkpoint_is_refused(self):
        # Each would skip what the other one read.
        self.configure()
        self.configure("second.yaml", sinks="[{file: {path: alerts2.ndjson}}]", deadletter="{file: {path: dead2.ndjson}}")
        with Service(self.folder):
            second = self.run_it("run", "--config", "second.yaml")
            self.assertEqual(second.returncode, 3)
            self.assertIn("another service reads this file with the checkpoint in.ndjson.presshawk-offset",
                          second.stderr.decode())

    def test_file_that_cannot_be_written_is_told_when_it_begins_and_ends(self):
        self.configure()
        with Service(self.folder) as service:
            self.append("in.ndjson", article(1))
            service.wait_for(lambda: self.ids("alerts.ndjson") == ["a1"])
            # A folder at its place, as no disk can be filled here.
            (self.folder / "alerts.ndjson").rename(self.folder / "alerts.1")
            (self.folder / "alerts.ndjson").mkdir()
            self.append("in.ndjson", article(2))
            service.wait_for("what is to be written waits, and is tried again")
            self.assertIn('presshawk_deliveries_total{sink="file",result="failure"} 1', service.metrics())
            (self.folder / "alerts.ndjson").rmdir()
            service.wait_for("alerts.ndjson: can be written again")
            service.wait_for(lambda: self.ids("alerts.ndjson") == ["a2"])

    def made(self, name):
        """Makes a folder; false while the service writes a file of this name."""
        try:
            (self.folder / name).mkdir()
        except FileExistsError:
            return False
        return True

    def test_checkpoint_that_cannot_be_written_is_tried_again(self):
        self.configure()
        with Service(self.folder) as service:
            service.wait_for(lambda: self.made("in.ndjson.presshawk-offset.tmp"))
            self.append("in.ndjson", article(1))
            service.wait_for("until then a restart repeats articles")
            self.append("in.ndjson", article(2))
            service.wait_for(lambda: self.ids("alerts.ndjson") == ["a1", "a2"])
            (self.folder / "in.ndjson.presshawk-offset.tmp").rmdir()
            service.wait_for("the checkpoint can be written again")

    def test_standard_output_can_be_a_sink(self):
        self.write("in.ndjson", article(1) + article(2))
        self.configure(source="{file: {paths: [in.ndjson]}}", sinks="[{file: {path: /dev/stdout}}]")
        done = self.run_it("run", "--config", "presshawk.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([json.loads(line)["article"]["id"] for line in done.stdout.splitlines()], ["a1", "a2"])


    def test_standard_output_that_is_closed_is_no_sink(self):
        self.write("in.ndjson", article(1))
        self.configure(source="{file: {paths: [in.ndjson]}}", sinks="[{file: {path: /dev/stdout}}]")
        done = subprocess.run(["bash", "-c", '"$0" run --config presshawk.yaml >&-', PRESSHAWK], cwd=self.folder,
                              check=False, timeout=60, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("/dev/stdout: it is closed", done.stderr.decode())
        self.assertFalse(list(self.folder.glob("*-offset")), "a position was kept, and the alert is nowhere")

    def test_a_stop_says_what_it_did_not_finish(self):
        self.write("in.ndjson", article(1) + article(2))
        self.configure(source="{file: {paths: [in.ndjson], follow: true}}", sinks="[{file: {path: /dev/full}}]",
                       drain_timeout="50ms")
        with Service(self.folder) as service:
            service.wait_for("No space left")
            service.wait_for(lambda: "presshawk_articles_total 2" in service.metrics())
            service.process.terminate()
            self.assertEqual(service.process.wait(), 0)
            self.assertIn("2 articles were not finished within drain_timeout (50ms)", service.log())


class CacheTest(FolderTest):
    def test_second_service_in_a_cache_is_refused(self):
        self.configure(cache="{path: cache}")
        self.configure("second.yaml", cache="{path: ./cache}", sinks="[{file: {path: alerts2.ndjson}}]",
                       deadletter="{file: {path: dead2.ndjson}}")
        with Service(self.folder):
            second = self.run_it("run", "--config", "second.yaml")
            self.assertEqual(second.returncode, 3)
            self.assertIn("cache.path: ./cache: another service", second.stderr.decode())


class ListsTest(FolderTest):
    def test_what_cannot_be_read_takes_only_itself_down_while_running(self):
        (self.folder / "lists").mkdir()
        self.write("lists/1.yaml", LISTS)
        self.configure(watchlists="{files: [lists]}")
        os.mkfifo(self.folder / "lists/0.yaml")
        with Service(self.folder) as service:
            self.assertIn("lists/0.yaml: error: not a regular file", service.log())
            (self.folder / "lists/folder.yaml").mkdir()
            (self.folder / "lists/link.yaml").symlink_to("nowhere")
            self.write("lists/2.yaml", "watchlists: [{id: train, terms: [train]}]\n")
            service.wait_for("2 lists active, 0 stale")
            for name in ("0", "folder", "link"):
                service.wait_for(f"lists/{name}.yaml: error: ")
        for command in (["check", "-w", "lists"], ["match", "-w", "lists", "in.ndjson"]):
            done = self.run_it(*command)
            self.assertEqual(done.returncode, 1, done.stderr)
            for name in ("0", "folder", "link"):
                self.assertIn(f"lists/{name}.yaml: error: ", (done.stdout + done.stderr).decode())

    def test_check_tells_of_what_a_pattern_finds_and_cannot_be_read(self):
        (self.folder / "lists").mkdir()
        self.write("lists/1.yaml", LISTS)
        (self.folder / "lists/link.yaml").symlink_to("nowhere")
        self.configure(watchlists='{files: ["lists/*.yaml"]}')
        check = self.run_it("check", "--config", "presshawk.yaml")
        self.assertEqual(check.returncode, 1)
        self.assertIn("watchlists.files: lists/link.yaml: cannot read: No such file", check.stdout.decode())
        self.assertIn("1 good watch-lists, 1 errors", check.stderr.decode())
        with Service(self.folder) as service:
            self.assertIn("lists/link.yaml: error: cannot read: No such file", service.log())

    def test_folder_without_lists_is_said(self):
        (self.folder / "empty").mkdir()
        self.configure(watchlists="{files: [lists.yaml, empty]}")
        with Service(self.folder) as service:
            self.assertIn("empty:1:1: warning: this directory has no *.yaml", service.log())


# What changes in CONFIG, and the error that both must give.
REFUSED = {
    "the source is missing": (
        {"source": "{file: {paths: [missing.ndjson]}}"},
        "source.file.paths: missing.ndjson: cannot open: No such file or directory"),
    "the source is a folder": ({"source": "{file: {paths: [folder]}}"}, "source.file.paths: folder: is a folder; a source file is a regular file"),
    "a source file twice": (
        {"source": "{file: {paths: [in.ndjson, ./in.ndjson], follow: true}}"},
        "source.file.paths: ./in.ndjson and in.ndjson are one file"),
    "the sink is the source": (
        {"sinks": "[{file: {path: in.ndjson}}]"}, "sinks[0].file.path: in.ndjson is a source file"),
    "the sink is the source by another spelling": (
        {"sinks": "[{file: {path: folder/../in.ndjson}}]"}, "in.ndjson is a source file (in.ndjson)"),
    "the sink is a link to the source": (
        {"sinks": "[{file: {path: link.ndjson}}]"}, "link.ndjson is a source file (in.ndjson)"),
    "the sink is a hard link of the source": (
        {"sinks": "[{file: {path: hard.ndjson}}]"}, "hard.ndjson is a source file (in.ndjson)"),
    "the sink is the checkpoint": (
        {"sinks": "[{file: {path: in.ndjson.presshawk-offset}}]"}, "is a checkpoint of the source"),
    "the sink is what the checkpoint is written as": (
        {"sinks": "[{file: {path: in.ndjson.presshawk-offset.tmp}}]"}, "is a checkpoint of the source"),
    "the sink is a numbered checkpoint": (
        {"source": "{file: {paths: [in.ndjson, other.ndjson], follow: true, checkpoint: ck}}",
         "sinks": "[{file: {path: ck.1}}]"}, "ck.1 is a checkpoint of the source"),
    "the sink is a rotated file of the source": (
        {"sinks": "[{file: {path: in.ndjson-20260102}}]"},
        "in.ndjson-20260102 would be read as a rotated file of in.ndjson, the source"),
    "the sink is where dead letters go where nothing says so": (
        {"deadletter": None, "sinks": "[{file: {path: deadletter.ndjson}}]"}, "deadletter.ndjson is sinks[0]"),
    "the sink is a list": ({"sinks": "[{file: {path: lists.yaml}}]"}, "lists.yaml is a file of watch-lists"),
    "the sink would be a list": (
        {"watchlists": '{files: ["lis*.yaml", "folder"]}', "sinks": "[{file: {path: folder/a.ndjson}}]"},
        "folder/a.ndjson would be read as watch-lists"),
    "the sink would be a list by another spelling": (
        {"watchlists": '{files: ["lis*.yaml"]}', "sinks": "[{file: {path: folder/../lis2.yaml}}]"},
        "folder/../lis2.yaml would be read as watch-lists"),
    "the sink would be a source": (
        {"source": '{file: {paths: [in.ndjson, "in-*.ndjson"], follow: true}}',
         "sinks": "[{file: {path: ./in-1.ndjson}}]"},
        "./in-1.ndjson would be read as articles"),
    "the sink is the configuration": (
        {"sinks": "[{file: {path: presshawk.yaml}}]"}, "presshawk.yaml is the configuration"),
    "the sink is the mapping": (
        {"mapping": "./mapping.yaml", "sinks": "[{file: {path: mapping.yaml}}]"}, "mapping.yaml is the mapping"),
    "the sink is the token": (
        {"http": '{listen: "127.0.0.1:0", token_file: token}', "sinks": "[{file: {path: token}}]"},
        "token is the token file"),
    "two sinks are one file": (
        {"sinks": "[{file: {path: alerts.ndjson}}, {file: {path: ./alerts.ndjson}}]"},
        "sinks[1].file.path: ./alerts.ndjson is sinks[0], a file that is written (alerts.ndjson)"),
    "the sink is in the cache": (
        {"cache": "{path: folder}", "sinks": "[{file: {path: folder/a.txt}}]"}, "folder/a.txt is in the cache"),
    "the folder of the sink is missing": (
        {"sinks": "[{file: {path: nowhere/alerts.ndjson}}]"},
        "sinks[0].file.path: nowhere/alerts.ndjson: the folder nowhere does not exist"),
    "the sink is a folder": ({"sinks": "[{file: {path: folder}}]"}, "sinks[0].file.path: folder: is a folder"),
    "the sink is a pipe": ({"sinks": "[{file: {path: pipe}}]"}, "sinks[0].file.path: pipe: is not a regular file"),
    "the folder of the dead letters is missing": (
        {"deadletter": "{file: {path: nowhere/dead.ndjson}}"},
        "deadletter.file.path: nowhere/dead.ndjson: the folder nowhere does not exist"),
    "the dead letters are a source": (
        {"deadletter": "{file: {path: link.ndjson}}"}, "deadletter.file.path: link.ndjson is a source file"),
    "the token is missing": (
        {"http": '{listen: "127.0.0.1:0", token_file: missing}'}, "http.token_file missing: cannot read"),
    "the token is empty": (
        {"http": '{listen: "127.0.0.1:0", token_file: in.ndjson}'}, "its first line must be the token"),
    "the address does not resolve": (
        {"http": '{listen: "no-such-host.invalid:9464"}'}, "http.listen: no-such-host.invalid: "),
    "the address is of another machine": (
        {"http": '{listen: "192.0.2.1:9464"}'}, "http.listen: cannot listen on 192.0.2.1:9464: "),
    "the cache is a file": ({"cache": "{path: in.ndjson}"}, "cache.path: in.ndjson is not a folder"),
    "no list matches": ({"watchlists": '{files: ["no*.yaml"]}'}, "watchlists.files: no*.yaml: no file matches"),
    "a list is missing": ({"watchlists": "{files: [no.yaml]}"}, "watchlists.files: no.yaml: cannot be read"),
    "the mapping is missing": ({"mapping": "./no.yaml"}, "mapping: ./no.yaml: cannot read"),
    "the folder of the checkpoint is missing": (
        {"source": "{file: {paths: [in.ndjson], follow: true, checkpoint: nowhere/c}}"},
        "source.file.checkpoint: nowhere/c: the folder nowhere does not exist"),
}


class JudgementTest(FolderTest):
    def setUp(self):
        super().setUp()
        (self.folder / "folder").mkdir()
        self.write("mapping.yaml", "title: /title\n")
        self.write("token", "secret\n")
        (self.folder / "link.ndjson").symlink_to("in.ndjson")
        os.link(self.folder / "in.ndjson", self.folder / "hard.ndjson")
        os.mkfifo(self.folder / "pipe")

    def test_check_and_run_refuse_the_same_with_the_same_words(self):
        for name, (changes, expected) in REFUSED.items():
            with self.subTest(name):
                self.configure(**changes)
                before = sorted(self.folder.iterdir())
                check = self.run_it("check", "--config", "presshawk.yaml")
                run = self.run_it("run", "--config", "presshawk.yaml")
                self.assertEqual((check.returncode, run.returncode), (1, 3), check.stdout + run.stderr)
                said = [line for line in check.stdout.decode().splitlines() if expected in line]
                self.assertEqual(len(said), 1, check.stdout)
                self.assertRegex(said[0], r"^presshawk\.yaml:\d+:\d+: error: ")
                self.assertIn(said[0], run.stderr.decode())
                self.assertEqual(sorted(self.folder.iterdir()), before, "nothing is made")
                self.assertEqual((self.folder / "lists.yaml").read_text(), LISTS)

    def test_good_configurations_pass_both(self):
        self.write("in.ndjson", article(1))
        for changes in ({}, {"sinks": "[{file: {path: /dev/null}}]"}, {"deadletter": "{file: {path: /dev/null}}"},
                        {"cache": "{path: new}"}, {"mapping": "./mapping.yaml"},
                        {"sinks": "[{file: {path: a.ndjson}}, {file: {path: b.ndjson}}]"}):
            with self.subTest(str(changes)):
                self.configure(**{"source": "{file: {paths: [in.ndjson]}}", **changes})
                for command in ("check", "run"):
                    done = self.run_it(command, "--config", "presshawk.yaml")
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


    def test_a_compressed_source_is_not_followed_which_both_tell(self):
        (self.folder / "in.ndjson.gz").write_bytes(gzip.compress(article(1).encode()))
        self.configure(source="{file: {paths: [in.ndjson.gz], follow: true}}")
        for command in ("check", "run"):
            done = self.run_it(command, "--config", "presshawk.yaml")
            self.assertEqual(done.returncode, 0, done.stderr)  # And `run` ends.
            self.assertRegex((done.stdout + done.stderr).decode(),
                             r"warning.*in\.ndjson\.gz: a compressed file is read once and not followed")


class CommandFilesTest(FolderTest):
    def test_no_command_writes_over_what_it_reads(self):
        self.write("in.ndjson", article(1) + "broken\n")
        self.write("m.yaml", "title: /title\n")
        os.link(self.folder / "in.ndjson", self.folder / "hard.ndjson")
        before = {name: (self.folder / name).read_bytes() for name in ("in.ndjson", "lists.yaml", "m.yaml")}
        for command in ("match -w lists.yaml --rejects in.ndjson in.ndjson",
                        "match -w lists.yaml --rejects ./in.ndjson in.ndjson",
                        "match -w lists.yaml --rejects hard.ndjson in.ndjson",
                        "match -w . --rejects lists.yaml in.ndjson",
                        "match -w lists.yaml -m ./m.yaml --rejects m.yaml in.ndjson",
                        "backtest -w lists.yaml --html in.ndjson in.ndjson",
                        "backtest -w lists.yaml --html ./lists.yaml in.ndjson",
                        "test -w lists.yaml --junit lists.yaml",
                        "deadletter replay --all --file in.ndjson --to-file hard.ndjson"):
            with self.subTest(command):
                done = self.run_it(*command.split())
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn(b"would be written over", done.stderr)
                for name, content in before.items():
                    self.assertEqual((self.folder / name).read_bytes(), content)

    def test_redirected_streams_are_files_too(self):
        self.write("in.ndjson", article(1))
        with open(self.folder / "in.ndjson", "rb") as source, open(self.folder / "in.ndjson", "ab") as target:
            for options in ({"stdin": source, "stdout": target}, {"stdout": target}):
                files = [] if "stdin" in options else ["in.ndjson"]
                done = self.run_it("match", "-w", "lists.yaml", *files, **options)
                self.assertEqual(done.returncode, 3)
            done = self.run_it("match", "-w", "lists.yaml", "--rejects", "in.ndjson", stdin=source)
            self.assertEqual(done.returncode, 3)
        self.assertEqual((self.folder / "in.ndjson").read_text(), article(1))

    def test_a_file_that_cannot_be_written_is_said(self):
        self.write("in.ndjson", "broken\n")
        for command in ("match -w lists.yaml --rejects /dev/full in.ndjson",
                        "backtest -w lists.yaml --html /dev/full in.ndjson",
                        "test -w lists.yaml --junit /dev/full"):
            done = self.run_it(*command.split())
            self.assertEqual(done.returncode, 3, command)
            self.assertIn(b"/dev/full: cannot", done.stderr)
            self.assertIn(b"No space left", done.stderr)


class StandardStreamsTest(FolderTest):
    COMMANDS = ("--version", "--help", "match --help", "fmt ferry", "match -w lists.yaml in.ndjson",
                "explain -w lists.yaml in.ndjson", "backtest -w lists.yaml in.ndjson",
                "check -w bad.yaml", "check -w lists.yaml --format sarif", "test -w failing.yaml",
                "import --from google --lines q.txt", "deadletter list --file dead.ndjson")

    def setUp(self):
        super().setUp()
        self.write("in.ndjson", article(1))
        self.write("q.txt", '"ferry"\n')
        self.write("bad.yaml", "watchlists: [{id: bad, query: 'a ANDD'}]\n")
        self.write("failing.yaml", "watchlists: [{id: x, terms: [x], examples: {match: [y]}}]\n")
        self.write("dead.ndjson", '{"reason":"not_json","detail":"","file":"in.ndjson","line":1,'
                                  '"time":"2026-01-02T03:04:05Z","value":"x"}\n')

    def test_every_command_says_that_standard_output_takes_nothing(self):
        for command in self.COMMANDS:
            with self.subTest(command), open("/dev/full", "wb") as full:
                self.assertTrue(self.run_it(*command.split()).stdout, "prints nothing")
                done = self.run_it(*command.split(), stdout=full)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertRegex(done.stderr.decode(), "cannot write to standard output")
                self.assertEqual(self.closed(command, ">&-"), 3)

        with open("/dev/full", "wb") as full:
            self.assertEqual(self.run_it("fmt", "ferry", stdout=full).stderr.decode(),
                             "presshawk: cannot write to standard output: No space left on device\n")

    def closed(self, command, redirection):
        return subprocess.run(["bash", "-c", f'"$0" {command} {redirection}', PRESSHAWK], cwd=self.folder,
                              check=False, timeout=60, stderr=subprocess.DEVNULL).returncode

    def test_no_file_gets_a_standard_descriptor(self):
        self.write("in.ndjson", article(1) + "broken\n")
        self.assertEqual(self.closed("match -w lists.yaml --rejects rejects in.ndjson", ">&-"), 3)
        self.assertNotIn("hits", (self.folder / "rejects").read_text())
        self.assertEqual(self.closed("match -w lists.yaml --rejects rejects in.ndjson", "2>&- >out"), 0)
        rejects = (self.folder / "rejects").read_text().splitlines()
        self.assertEqual([json.loads(line)["line"] for line in rejects], [2])
        self.assertEqual(self.closed("match -w lists.yaml", "<&- >out"), 3)

    def test_closed_standard_input_is_no_empty_input(self):
        for command in ("match -w lists.yaml", "match -w lists.yaml -", "explain -w lists.yaml", "fmt", "fmt -",
                        "import --from google -", "import --from google --lines -", "stories",
                        "backtest -w lists.yaml", "bench -w lists.yaml", "deadletter list --file -"):
            for redirection in ("<&-", "0>nothing"):
                self.check_refused(command, redirection, "standard input is closed, or not open for reading")
        for command in ("match -w lists.yaml /dev/stdin", "match -w /dev/stdin in.ndjson", "check -w /dev/stdin",
                        "test -w /dev/stdin", "import --from google /dev/stdin", "run --config /dev/stdin"):
            self.check_refused(command, "<&-", "/dev/stdin.*No such device or address")
        self.check_refused("import --from google --lines .", "", "Is a directory")
        self.write("stdin.yaml", "".join(f"{key}: {value}\n" for key, value in CONFIG.items())
                   .replace("[in.ndjson], follow: true", '["-"]'))
        self.check_refused("run --config stdin.yaml", "<&-", "standard input is closed")

    def check_refused(self, command, redirection, reason):
        with self.subTest(f"{command} {redirection}"):
            done = subprocess.run(["bash", "-c", f'"$0" {command} {redirection}', PRESSHAWK], cwd=self.folder,
                                  check=False, timeout=60, capture_output=True)
            self.assertEqual(done.returncode, 3, done)
            self.assertRegex((done.stdout + done.stderr).decode(), reason)

    def test_a_reader_that_goes_away_ends_it_quietly(self):
        self.write("in.ndjson", "".join(article(i) for i in range(20000)))
        for ignored in (False, True):
            process = subprocess.Popen([PRESSHAWK, "match", "-w", "lists.yaml", "in.ndjson"], cwd=self.folder,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       restore_signals=not ignored)
            process.stdout.readline()
            process.stdout.close()
            error = process.stderr.read()
            process.stderr.close()
            self.assertIn(process.wait(), (-signal.SIGPIPE, 128 + signal.SIGPIPE))
            self.assertNotIn(b"cannot write", error)

    def test_the_demo_tells_its_subscribers(self):
        done = self.run_it("demo", "--once")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = done.stdout.decode().split("What the subscribers were told\n")[1]
        security, election, morning = told.strip().split("▶ ")[1:]
        self.assertRegex(security, "alert  Cyber attack stops the cranes of Vellmar .*coastandquay")
        self.assertRegex(security, "correction  Cyber attack stops the cranes of Vellmar .*lighthousestandard")
        self.assertRegex(security, "folded, a copy of what was told:  Port of Vellmar: .*terminalnews")
        self.assertIn("answered 503 to 2 requests, and got everything afterwards", election)
        self.assertGreaterEqual(election.count(" alert  "), 5)
        self.assertRegex(morning, r"the digest of 20\d\d-\d\d-\d\dT08:00\+00:00 UTC: \d+ alerts\n(.*\n)*.*Bank of Elbe")

    def test_a_signal_ends_the_demo_while_it_loads(self):
        def wait_for_it_from_the_start():
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            os.kill(os.getpid(), signal.SIGINT)

        done = self.run_it("demo", "--once", "--listen", "127.0.0.1:0", preexec_fn=wait_for_it_from_the_start)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("stopped before the last article was done", done.stderr.decode())

    def test_process_one_ends_on_signals(self):
        unshare = ["unshare", "--pid", "--fork", "--kill-child"]
        if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False,
                                                         capture_output=True).returncode != 0:
            self.skipTest("needs the right to make a PID namespace")
        for number in (signal.SIGTERM, signal.SIGINT):
            process = subprocess.Popen([*unshare, PRESSHAWK, "match", "-w", "lists.yaml"], cwd=self.folder,
                                       stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            child = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
            while not (found := child.read_text().split()):
                time.sleep(0.01)
            caught = 0
            while not caught & 1 << (number - 1):
                status = pathlib.Path(f"/proc/{found[0]}/status").read_text()
                caught = int(re.search(r"SigCgt:\s*(\w+)", status).group(1), 16)
                time.sleep(0.01)
            os.kill(int(found[0]), number)
            self.assertEqual(process.wait(), 128 + number)
            process.stdin.close()


class FixesTest(FolderTest):
    FILES = {
        "plain.yaml": "watchlists:\n  - {id: a, query: öl and gas}\n  - id: b\n    query: titel:öl AND gas\n",
        "quoted.yaml": "watchlists:\n- {id: c, query: 'öl w/5 \"crude gas\"'}\n- {id: d, query: \"oil and gas\"}\n",
        "lists.ndjson": '{"id":"e","query":"öl or gas"}\n{"id":"f","query":"oil w/5 gas"}\n',
    }

    def check(self, name, form):
        return json.loads(self.run_it("check", "-w", name, "--format", form).stdout.decode())

    def test_who_makes_the_edits_of_sarif_has_good_lists(self):
        for name, text in self.FILES.items():
            self.write(name, text)
            results = self.check(name, "sarif")["runs"][0]["results"]
            self.assertEqual(len(results), 2, results)
            lines = text.splitlines()
            for result in results:
                change = result["fixes"][0]["artifactChanges"][0]
                self.assertEqual(change["artifactLocation"]["uri"], name)
                self.assertTrue(result["fixes"][0]["description"]["text"])
                region = change["replacements"][0]["deletedRegion"]
                number = region["startLine"] - 1
                self.assertEqual(region["endLine"], region["startLine"])
                lines[number] = (lines[number][:region["startColumn"] - 1] +
                                 change["replacements"][0].get("insertedContent", {"text": ""})["text"] +
                                 lines[number][region["endColumn"] - 1:])
            self.write(name, "\n".join(lines) + "\n")
            done = self.run_it("check", "-w", name)
            self.assertEqual(done.returncode, 0, done.stdout.decode() + "\n".join(lines))

    def test_no_edit_is_offered_where_it_would_not_be_what_stands_in_the_file(self):
        # Escapes, lines that are folded, and a text that would end the quotes.
        self.write("not.yaml", 'watchlists:\n- {id: a, query: "\\u00f6l and gas"}\n- id: b\n  query: >\n    oil and\n    gas\n')
        for result in self.check("not.yaml", "sarif")["runs"][0]["results"]:
            self.assertNotIn("fixes", result)


class NamesTest(FolderTest):
    NAME = b"r\xe9 & <a>.ndjson"

    def setUp(self):
        super().setUp()
        self.write("in.ndjson", article(1) + "broken\n")
        (self.folder / "in.ndjson").rename(self.folder / os.fsdecode(self.NAME))
        self.shown = self.NAME.decode(errors="replace")

    def lines(self, output):
        return [json.loads(line) for line in output.decode().splitlines()]

    def test_names_that_are_no_utf8_are_valid_in_json(self):
        done = self.run_it("match", "-w", "lists.yaml", "--rejects", "rejects", self.NAME)
        self.assertEqual(self.lines(done.stdout)[0]["origin"]["file"], self.shown)
        rejects = self.lines((self.folder / "rejects").read_bytes())
        self.assertEqual(rejects[0]["file"], self.shown)
        explained = self.run_it("explain", "-w", "lists.yaml", "--format", "json", self.NAME)
        explained.stdout.decode()

    def test_service_writes_them_too(self):
        raw = "".join(f"{key}: {value}\n" for key, value in CONFIG.items()).encode()
        (self.folder / "presshawk.yaml").write_bytes(
            raw.replace(b"[in.ndjson], follow: true", b'["in.ndjson"]'))
        (self.folder / os.fsdecode(self.NAME)).rename(self.folder / "in.ndjson")
        done = self.run_it("run", "--config", "presshawk.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.lines((self.folder / "dead.ndjson").read_bytes())[0]["file"], "in.ndjson")

    def test_reports_on_lists_are_valid_json_sarif_and_xml(self):
        folder = self.folder / "my lists é"
        folder.mkdir()
        lists = b'watchlists: [{id: "a<b", query: "x ANDD"}, {id: f, terms: [ferry],' \
            b' examples: {match: ["y \\x01 \\uFFFE"]}}]\n'
        names = [b"r\xe9: 1%.yaml", "ä&<.yaml".encode()]
        for name in names:
            (folder / os.fsdecode(name)).write_bytes(lists)
        checked = self.lines(self.run_it("check", "-w", "my lists é", "--format", "json").stdout)
        self.assertIn("my lists é/r\ufffd: 1%.yaml", {entry["file"] for entry in checked})
        for place in ("my lists é", str(folder)):
            sarif = json.loads(self.run_it("check", "-w", place, "--format", "sarif").stdout.decode())
            uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                    for result in sarif["runs"][0]["results"]}
            expected = {os.fsencode(place) + b"/" + name for name in names}
            for uri in uris:
                self.assertRegex(uri, r"^(file://)?(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$")
            self.assertEqual({urllib.parse.unquote_to_bytes(uri.removeprefix("file://")) for uri in uris}, expected)
        self.run_it("test", "-w", "my lists é", "--junit", "junit.xml")
        suite = xml.etree.ElementTree.parse(self.folder / "junit.xml").getroot()
        self.assertEqual(suite.get("failures"), str(len(suite.findall(".//failure"))))
        self.assertTrue(suite.findall("testcase"))


if __name__ == "__main__":
    PRESSHAWK = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
