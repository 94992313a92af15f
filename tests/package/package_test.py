#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian package: built, judged by lintian, installed, used, upgraded and purged.

  package_test.py SOURCE

Everything happens in a Debian 12 root of its own, as the package's user, who sees
nothing of the builder's folders; then again with systemd as its process number one,
where podman is there. Exits 77, with the reason, where the machine cannot make such
a root (not root, no mmdebstrap, no mirror).

  PRESSHAWK_DEB=FILE       this package instead of one built now
  PRESSHAWK_OLD_DEB=FILE   the one to upgrade from: a version 0.1, packed with today's
                           packaging; otherwise the same program, as a lower version
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from debian_root import ENVIRONMENT, PATIENCE, Skip, Tree, run, wait_for
from under_systemd import check_under_systemd

PROGRAM_BYTES_MAX = 8_000_000
EXPOSURE_MAX = 1.4  # Of `systemd-analyze security`.
OLD_VERSION = "0.0.9"

CONFIG = """\
source: {file: {paths: [/var/lib/presshawk/articles.ndjson], follow: true,
                checkpoint: /var/lib/presshawk/place}}
watchlists: {files: [/etc/presshawk/watchlists/*.yaml]}
sinks: [{file: {path: /var/lib/presshawk/alerts.ndjson}}]
deadletter: {file: {path: /var/lib/presshawk/deadletter.ndjson}}
cache: {path: /var/cache/presshawk}
http: {listen: "127.0.0.1:0"}
workers: 1
"""
ARTICLES = [
    {"id": "1", "title": "Kremlin cheers", "body": "A bet on the US election."},
    {"id": "2", "title": "Weather", "body": "It rains."},
]


@contextlib.contextmanager
def service(tree):
    """`presshawk run` as systemd would start it: yields what it says to NOTIFY_SOCKET."""
    path = tree.path / "run/notify"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        listener.settimeout(1)  # Then it is looked whether the service lives.
        path.chmod(0o666)
        with open(tree.path.parent / "service.log", "w+", encoding="utf-8") as log:
            process = subprocess.Popen(
                tree.inside("presshawk", "presshawk", "run", "--config",
                            "/etc/presshawk/presshawk.yaml"), stdout=log, stderr=log,
                env={**ENVIRONMENT, "NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "200000"})

            def notified():
                while True:
                    ended = process.poll() is not None
                    try:
                        return listener.recv(4096).decode().split("\n")
                    except TimeoutError:
                        assert not ended, f"the service ended with {process.returncode}"

            try:
                yield process, notified
            except BaseException:
                log.seek(0)
                print(log.read(), file=sys.stderr)
                raise
            finally:
                process.kill()
                process.wait()
                path.unlink()


def build(source, folder, version=None):
    """A package of `source`, of another version where one is named."""
    environment = {**os.environ, "PRESSHAWK_XZ_LEVEL": "0"}
    if version:  # Without debug symbols, which take most of the time.
        environment |= {"PRESSHAWK_PACKAGE_VERSION": version,
                        "DEB_BUILD_OPTIONS": "noautodbgsym"}
    run(source / "dev", "package", env=environment, stdin=subprocess.DEVNULL)
    for deb in (source / "build/package").glob("*.deb"):
        shutil.copy(deb, folder)
    packed = next((source / "build/package").glob("presshawk_*.deb"))
    return folder / packed.name


def check_contents(deb, folder, source):
    """What is in the package, and what is not."""
    tree = folder / "contents"
    run("dpkg-deb", "-R", deb, tree)
    program = tree / "usr/bin/presshawk"
    size = program.stat().st_size
    assert size <= PROGRAM_BYTES_MAX, f"the program has {size} bytes"
    dynamic = run("readelf", "-d", program)
    assert "RUNPATH" not in dynamic and "RPATH" not in dynamic, dynamic
    assert "librdkafka" not in dynamic, dynamic
    code = program.read_bytes()
    for path in (pathlib.Path.home(), source):
        if str(path) != "/":
            assert str(path).encode() + b"/" not in code, f"{path} is in the program"
    conffiles = (tree / "DEBIAN/conffiles").read_text(encoding="utf-8").split()
    assert sorted(conffiles) == ["/etc/logrotate.d/presshawk", "/etc/presshawk/presshawk.yaml",
                                 "/etc/presshawk/watchlists/example.yaml"], conffiles
    for path in ("lib/systemd/system/presshawk.service", "lib/systemd/system/presshawk-deliver.service",
                 "usr/lib/sysusers.d/presshawk.conf", "usr/lib/tmpfiles.d/presshawk.conf",
                 "usr/share/man/man5/presshawk.yaml.5.gz",
                 "usr/share/presshawk/forms/ru",
                 "usr/share/bash-completion/completions/presshawk",
                 "usr/share/doc/presshawk/copyright"):
        assert (tree / path).exists(), f"{path} is not in the package"
    pages = {page.name for page in (tree / "usr/share/man/man1").iterdir()}
    commands = re.findall(r"^  ([a-z]+) {2,}",
                          run(program, "--help").split("Subcommands:")[1], re.M)
    assert pages == {"presshawk.1.gz", *(f"presshawk-{c}.1.gz" for c in commands)}, pages
    print(f"contents: the program has {size} bytes, {len(pages)} pages for {len(commands)} commands")


def check_lintian(debs):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on=error,warning", *map(str, debs)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stdout, done.stdout + done.stderr
    print(f"lintian: nothing to say of {', '.join(deb.name for deb in debs)}")


def check_reproducible(source, folder, deb):
    again = folder / "again"
    again.mkdir()
    build(source, again, OLD_VERSION)
    assert (again / deb.name).read_bytes() == deb.read_bytes(), "packed twice, it differs"
    print("reproducible: packed again, byte by byte the same")


def check_commands(tree):
    """What a user does first, with an account that has no home."""
    tree.write("/tmp/news.ndjson", "".join(json.dumps(a) + "\n" for a in ARTICLES))
    for user in ("presshawk", "nobody:nogroup"):
        out = tree.run("presshawk", "match", "-w", "/etc/presshawk/watchlists", "--matches-only",
                       "/tmp/news.ndjson", user=user)
        assert out == "1\tkremlin-us-election\n", out
    tree.run("presshawk", "check", "--config", "/etc/presshawk/presshawk.yaml", user="presshawk")
    print("commands: match and check work for presshawk and nobody")


def check_service(tree, alerts_before, speaks):
    """It says that it is ready, alerts, feeds the watchdog, and stops when asked to. Version 0.1
    did not speak to systemd."""
    with service(tree) as (process, notified):
        said = []

        def hear(wanted):
            while speaks and wanted not in said:
                said.extend(notified())

        hear("READY=1")
        wait_for("an alert", lambda: tree.read("/var/lib/presshawk/alerts.ndjson")
                 .count("\n") > alerts_before)
        hear("WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        hear("STOPPING=1")
        assert process.wait(PATIENCE) == 0, f"the service ended with {process.returncode}"
    alerts = tree.read("/var/lib/presshawk/alerts.ndjson").splitlines()
    print(f"service: {'ready, ' if speaks else ''}{len(alerts)} alerts, "
          f"{'watchdog fed, ' if speaks else ''}stopped")
    return len(alerts)


def check_bad_list_starts(tree):
    """One analyst's bad list does not keep the service from starting; a bad key does."""
    check = ["presshawk", "check", "--config-only", "--config", "/etc/presshawk/presshawk.yaml"]
    tree.write("/etc/presshawk/watchlists/bad.yaml", "watchlists: [{id: bad, query: '(a AND'}]\n")
    tree.run(*check, user="presshawk")
    (tree.path / "etc/presshawk/watchlists/bad.yaml").unlink()
    tree.write("/etc/presshawk/presshawk.yaml", CONFIG + "no_such_key: 1\n")
    try:
        tree.run(*check, user="presshawk")
    except AssertionError as error:
        assert "no_such_key" in str(error), error
    else:
        raise AssertionError("an unknown key passes")
    tree.write("/etc/presshawk/presshawk.yaml", CONFIG)
    print("before a start: a bad list is passed over, a bad key is not")


def directives(unit):
    """What the service may do: all but what it runs."""
    service = unit.read_text(encoding="utf-8").split("[Service]")[1]
    return [line for line in service.splitlines() if not line.startswith(("#", "Exec"))]


def check_units(tree):
    folder = tree.path / "lib/systemd/system"
    units = [folder / "presshawk.service", folder / "presshawk-deliver.service"]
    for unit in units:
        out = run("systemd-analyze", "security", "--offline=true", "--no-pager",
                  f"--threshold={int(EXPOSURE_MAX * 10)}", unit)
        print(f"{unit.name}:", out.strip().splitlines()[-1].lstrip("→ "))
    assert directives(units[0]) == directives(units[1]), "the units confine differently"


def check(source, folder):
    deb = os.environ.get("PRESSHAWK_DEB")
    old = os.environ.get("PRESSHAWK_OLD_DEB")
    debs = folder / "debs"
    debs.mkdir()
    speaks = not old
    if not old:
        old = build(source, debs, OLD_VERSION)
        check_reproducible(source, folder, old)
    deb = pathlib.Path(deb) if deb else build(source, debs)
    check_contents(deb, folder, source)
    check_lintian([deb, *debs.glob("*-dbgsym_*" if deb.parent == debs else "none")])

    tree = Tree(folder / "root")
    depends = run("dpkg-deb", "-f", deb, "Depends")
    names = {re.match(r"[a-z0-9.+-]+", d.strip()).group() for d in depends.split(",")}
    tree.make(sorted(names | {"systemd", "systemd-sysv", "dbus", "logrotate"}))
    before = tree.paths()
    tree.install(old)
    check_commands(tree)
    tree.write("/etc/presshawk/presshawk.yaml", CONFIG)
    tree.write("/var/lib/presshawk/articles.ndjson",
               "".join(json.dumps(a) + "\n" for a in ARTICLES), user="presshawk")
    alerts = check_service(tree, 0, speaks)

    tree.install(deb)
    assert tree.run("dpkg-query", "-W", "-f", "${Version}", "presshawk") == \
        run("dpkg-deb", "-f", deb, "Version").strip()
    assert tree.read("/etc/presshawk/presshawk.yaml") == CONFIG, "an edited configuration is lost"
    with open(tree.path / "var/lib/presshawk/articles.ndjson", "a", encoding="utf-8") as articles:
        articles.write(json.dumps({**ARTICLES[0], "id": "3"}) + "\n")
    after = check_service(tree, alerts, speaks=True)
    assert after == alerts + 1, f"{alerts} alerts, then {after}: the place in the file is lost"
    print("upgrade: configuration, state and place in the articles are kept")
    check_bad_list_starts(tree)
    check_units(tree)

    tree.run("dpkg", "--purge", "presshawk")
    left = tree.paths() - before
    assert not left, f"a purge leaves {sorted(left)}"
    print("purge: nothing is left")
    check_under_systemd(tree, old, deb, folder, speaks)


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    try:
        if os.geteuid() != 0:
            raise Skip("not root: no chroot")
        for tool, package in (("mmdebstrap", "mmdebstrap"), ("lintian", "lintian"),
                              ("dh", "debhelper"), ("systemd-analyze", "systemd")):
            if not shutil.which(tool):
                raise Skip(f"{tool} is missing (apt install {package})")
        with tempfile.TemporaryDirectory(prefix="presshawk-package-") as folder:
            os.chmod(folder, 0o755)  # The package's user must reach the root.
            check(source, pathlib.Path(folder))
    except Skip as reason:
        print(f"skipped: {reason}")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
