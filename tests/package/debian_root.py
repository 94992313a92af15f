# SPDX-License-Identifier: Apache-2.0
"""A Debian root of its own, and what is done in it."""

import os
import pathlib
import re
import subprocess
import shutil
import time

PATIENCE = 120  # Seconds that a step may take on a machine that does other things.

# What a purge may leave: the user, and what dpkg and others keep for themselves.
LEFT_BEHIND = re.compile(
    r"/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|/etc/\.pwd\.lock$|"
    r"/var/lib/dpkg/|/var/cache/(debconf|ldconfig|apt|man)/|/var/log/|/run/|/proc/|/sys/|/dev/|"
    r"/tmp/|/var/lib/systemd/")


class Skip(Exception):
    """The machine cannot do it."""


def run(*command, **options):
    """Runs; an AssertionError with all that it said where it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False,
                          **options)
    assert done.returncode == 0, \
        f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def wait_for(what, condition):
    """Returns the first true value of condition()."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE} s")


ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent",
               "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
# /proc is there for the command alone, in a mount namespace that goes with it.
INSIDE = """root=$1 user=$2; shift 2
mount -t proc proc "$root/proc" && exec chroot --userspec="$user" "$root" "$@" """


class Tree:
    """A Debian root, and what is done in it."""

    def __init__(self, path):
        self.path = path

    def inside(self, user, *command):
        """The command line of what `user`, or user:group, does in it."""
        return ["unshare", "--mount", "sh", "-c", INSIDE, "sh", str(self.path),
                user if ":" in user else f"{user}:{user}", *command]

    def make(self, packages):
        done = subprocess.run(
            ["mmdebstrap", "--quiet", "--mode=root", "--variant=apt",
             "--dpkgopt=force-unsafe-io", f"--include={','.join(packages)}", "bookworm", str(self.path)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Skip(f"no Debian 12 root can be made: {done.stderr.strip()[-500:]}")
        done = subprocess.run(self.inside("root", "true"), capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise Skip(f"no command runs in a chroot: {done.stderr.strip()}")

    def run(self, *command, user="root"):
        return run(*self.inside(user, *command), env=ENVIRONMENT)

    def install(self, deb):
        shutil.copy(deb, self.path / "tmp/presshawk.deb")
        self.run("dpkg", "--force-confold", "-i", "/tmp/presshawk.deb")

    def write(self, path, text, user="root"):
        (self.path / path.lstrip("/")).write_text(text, encoding="utf-8")
        self.run("chown", f"{user}:{user}", path)

    def read(self, path):
        file = self.path / path.lstrip("/")
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def paths(self):
        found = set()
        for folder, folders, files in os.walk(self.path):
            for name in folders + files:
                found.add("/" + str(pathlib.Path(folder, name).relative_to(self.path)))
        return {path for path in found if not LEFT_BEHIND.match(path)}
