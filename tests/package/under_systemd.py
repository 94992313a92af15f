# SPDX-License-Identifier: Apache-2.0
"""The package under a real systemd: the unit starts, is confined, watched, upgraded."""

import json
import os
import re
import shutil
import subprocess
import threading

from debian_root import run, wait_for

# What this needs of podman on machines that are containers themselves.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=1024:20000", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
CONFIG = """\
source: {file: {paths: [articles.ndjson], follow: true, checkpoint: place}}
watchlists: {files: [/etc/presshawk/watchlists/*.yaml]}
sinks: [{file: {path: /var/log/presshawk/alerts.ndjson}}]
deadletter: {file: {path: deadletter.ndjson}}
cache: {path: /var/cache/presshawk}
workers: 1
"""
DROP_IN = "[Service]\nWatchdogSec=2\nRestartSec=1\n"
# Version 0.1 under today's unit: it says nothing, and knows no --config-only.
SILENT = "[Service]\nType=exec\nWatchdogSec=0\nExecStartPre=\n"

# What the unit forbids: the directive, and a try in Perl that must not succeed
# under it, and does outside of the unit (as root, in the same container). Several
# directives may stand in the way of one.
TRIES = [
    ("User", "$> == 0"),
    ("ProtectSystem", "open(F, '>', '/usr/try')"),
    ("ProtectSystem", "open(F, '>>', '/etc/presshawk/presshawk.yaml')"),
    ("ProtectHome", "opendir(D, '/root')"),
    ("PrivateTmp", "-e '/tmp/of-another'"),
    ("PrivateDevices", "-e '/dev/of-another'"),
    ("ProtectProc", "-e '/proc/1/status'"),
    ("ProcSubset", "-e '/proc/meminfo'"),
    ("ProtectKernelTunables", "open(F, '>>', '/proc/sys/net/ipv4/ip_forward')"),
    ("RestrictAddressFamilies", "socket(S, 16, 3, 0)"),  # AF_NETLINK
    ("CapabilityBoundingSet", "socket(S, 2, 3, 1)"),  # AF_INET, SOCK_RAW
    ("MemoryDenyWriteExecute", "syscall(9, 0, 4096, 7, 34, -1, 0) != -1"),  # mmap
    ("RestrictSUIDSGID", "open(F, '>', 'suid') && chmod(04755, 'suid')"),
    ("RestrictNamespaces", "syscall(272, 0x04000000) != -1"),  # unshare(CLONE_NEWUTS)
    ("LockPersonality", "syscall(135, 0x0040000) != -1"),  # ADDR_NO_RANDOMIZE
    ("ProtectHostname", "syscall(170, my $name = 'try', 3) != -1"),  # sethostname
    ("SystemCallFilter", "syscall(161, my $root = '/') != -1"),  # chroot
]


class Container:
    """The root, booted."""

    def __init__(self, tree, folder):
        self.tree = tree
        self.folder = folder
        self.name = f"presshawk-test-{os.getpid()}"
        (folder / "containers.conf").write_text(CONTAINERS_CONF, encoding="utf-8")
        self.environment = {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}

    def podman(self, *command):
        return ["podman", "--root", str(self.folder / "storage"), "--runroot",
                str(self.folder / "runroot"), "--storage-driver", "vfs", *command]

    def boot(self):
        """Why it does not boot; empty where it does."""
        done = subprocess.run(
            self.podman("run", "-d", "--name", self.name, "--systemd=always", "--network=none",
                        "--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined",
                        "--security-opt=unmask=ALL", "--rootfs", str(self.tree.path), "/sbin/init"),
            capture_output=True, text=True, check=False, env=self.environment)
        if done.returncode != 0:
            return done.stderr.strip()
        try:
            wait_for("systemd", lambda: self.ask("systemctl", "is-system-running").strip()
                     in ("running", "degraded"))
        except AssertionError as error:
            return str(error)
        return ""

    def stop(self):
        subprocess.run(self.podman("rm", "-f", "-t", "0", self.name), capture_output=True,
                       check=False, env=self.environment)

    def run(self, *command):
        return run(*self.podman("exec", self.name, *command), env=self.environment)

    def ask(self, *command):
        """What it says, whether it fails or not."""
        return subprocess.run(self.podman("exec", self.name, *command), capture_output=True,
                              text=True, check=False, env=self.environment).stdout

    def show(self, name, unit="presshawk"):
        return self.ask("systemctl", "show", "-P", name, unit).strip()

    def journal(self, unit):
        self.ask("journalctl", "--sync")
        return self.ask("journalctl", "--no-pager", "-o", "cat", "-u", unit)

    def install(self, deb):
        shutil.copy(deb, self.tree.path / "var/tmp/presshawk.deb")
        self.run("dpkg", "--force-confold", "-i", "/var/tmp/presshawk.deb")


class Articles:
    """Articles that come while other things happen."""

    def __init__(self, tree):
        self.path = tree.path / "var/lib/presshawk/articles.ndjson"
        self.count = 0
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.write)
        self.path.write_text("", encoding="utf-8")
        self.path.chmod(0o644)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.thread.join()

    def write(self):
        with open(self.path, "a", encoding="utf-8") as file:
            while not self.end.wait(0.02):
                self.count += 1
                file.write(json.dumps({"id": str(self.count), "title": "Kremlin cheers"}) + "\n")
                file.flush()


def alerted(tree):
    """Ids of the articles that an alert came for, in all the files that logrotate left."""
    ids = set()
    for file in (tree.path / "var/log/presshawk").glob("alerts.ndjson*"):
        whole = file.read_text(encoding="utf-8").rpartition("\n")[0]
        for line in whole.splitlines():
            ids.add(json.loads(line)["article"]["id"])
    return ids


def check_confinement(container):
    """Each try fails under the unit's directives, and would succeed without them."""
    folder = container.tree.path / "lib/systemd/system"
    unit = (folder / "presshawk.service").read_text(encoding="utf-8")
    unit = re.sub(r"^(Exec|Type=|Watchdog|Restart(Sec|Prevent)?[A-Za-z]*=(5|2|on-failure)).*\n", "",
                  unit, flags=re.M)
    perl = "".join(f"print '{i} ', (({code}) ? 'done' : 'refused'), \"\\n\";\n"
                   for i, (_, code) in enumerate(TRIES))
    script = container.tree.path / "usr/lib/tries.pl"
    script.write_text("chdir '/var/lib/presshawk'; $SIG{SYS} = 'IGNORE'; $| = 1;\n"
                      "open(O, '>', 'own') or die 'its own folder';\n" + perl, encoding="utf-8")
    script.chmod(0o644)
    tries = folder / "tries.service"
    tries.write_text(unit.replace("[Service]", "[Service]\nType=oneshot\n"
                                  "ExecStart=/usr/bin/perl /usr/lib/tries.pl\n"), encoding="utf-8")
    for path in ("/tmp/of-another", "/dev/of-another"):
        container.run("touch", path)
    container.run("systemctl", "daemon-reload")
    container.run("systemctl", "start", "tries")
    confined = wait_for("what was tried", lambda: [
        line for line in container.ask("journalctl", "-u", "tries", "-o", "cat").splitlines()
        if re.fullmatch(r"\d+ (done|refused)", line)])
    assert len(confined) == len(TRIES), confined
    free = container.run("perl", "/usr/lib/tries.pl").splitlines()
    wrong = [f"{TRIES[i]}: {line}" for i, line in enumerate(confined) if "refused" not in line]
    assert not wrong, f"the unit does not refuse: {wrong}"
    vain = [TRIES[i] for i, line in enumerate(free) if "done" not in line]
    for path in (tries, script, container.tree.path / "var/lib/presshawk/own",
                 container.tree.path / "var/lib/presshawk/suid"):
        path.unlink(missing_ok=True)
    container.run("systemctl", "daemon-reload")
    print(f"confinement: {len(TRIES)} tries refused; refused without the unit too: {vain or 'none'}")


def check_unit(container, old, new, speaks):
    tree = container.tree
    container.install(old)
    assert container.show("ActiveState") == "inactive", "an installation starts it"
    assert container.show("UnitFileState") == "disabled", "an installation enables it"

    (tree.path / "etc/presshawk/presshawk.yaml").write_text(CONFIG, encoding="utf-8")
    drop_ins = tree.path / "etc/systemd/system/presshawk.service.d"
    drop_ins.mkdir()
    (drop_ins / "override.conf").write_text(DROP_IN, encoding="utf-8")
    if not speaks:
        (drop_ins / "silent.conf").write_text(SILENT, encoding="utf-8")
    container.run("systemctl", "daemon-reload")
    with Articles(tree) as articles:
        container.run("systemctl", "enable", "--now", "presshawk")
        assert container.show("ActiveState") == "active"
        wait_for("an alert", lambda: alerted(tree))
        container.run("presshawk", "status")
        container.run("systemctl", "reload", "presshawk")
        wait_for("the reload", lambda: "SIGHUP" in container.journal("presshawk"))

        (drop_ins / "silent.conf").unlink(missing_ok=True)
        first = container.show("MainPID")
        container.install(new)
        assert container.show("ActiveState") == "active", "an upgrade leaves it stopped"
        assert container.show("MainPID") != first, "an upgrade leaves the old program running"
        assert container.show("WatchdogUSec") == "2s", "an upgrade loses what was edited"
        assert container.show("ActiveState", "presshawk-deliver") == "inactive", "a package starts the delivery"
        assert container.show("UnitFileState", "presshawk-deliver") == "disabled", "a package enables the delivery"

        container.run("systemctl", "kill", "--kill-who=main", "--signal=STOP", "presshawk")
        wait_for("the watchdog", lambda: container.show("NRestarts") == "1" and
                 container.show("ActiveState") == "active")
        container.run("logrotate", "--force", "/etc/logrotate.d/presshawk")
        assert tree.read("/var/log/presshawk/alerts.ndjson.1"), "nothing was rotated"
        wait_for("an alert in the file after the rotated one",
                 lambda: tree.read("/var/log/presshawk/alerts.ndjson"))
    wait_for(f"an alert for each of {articles.count} articles",
             lambda: len(alerted(tree)) == articles.count)
    container.run("systemctl", "stop", "presshawk")
    assert container.show("Result") == "success", container.show("Result")
    print("systemd: started, reloaded, upgraded under load, started anew by the watchdog, rotated: "
          f"{articles.count} articles, none lost")
    check_confinement(container)
    container.run("dpkg", "--purge", "presshawk")
    assert container.show("LoadState") == "not-found", "a purge leaves the unit"
    assert not (tree.path / "var/log/presshawk").exists(), "a purge leaves alerts"


def check_under_systemd(tree, old, new, folder, speaks):
    """All of it, or why not. `speaks`: the old one tells systemd how it is."""
    if not shutil.which("podman") or not shutil.which("runc"):
        print("systemd: not tried (apt install podman runc)")
        return
    container = Container(tree, folder)
    try:
        reason = container.boot()
        if reason:
            print(f"systemd: not tried, no container boots: {reason}")
            return
        check_unit(container, old, new, speaks)
    except BaseException:
        print(container.journal("presshawk"), container.journal("tries"))
        raise
    finally:
        container.stop()
