# SPDX-License-Identifier: Apache-2.0
"""A limit for the memory of a child, and what it took at most."""

import os
import pathlib
import re


class MemoryLimit:
    """A cgroup for this process's children; None in `folder` where there can be none."""

    def __init__(self, limit_mb):
        self.folder = None
        for parent, limit in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
            folder = pathlib.Path(parent) / f"presshawk-{os.getpid()}"
            try:
                folder.mkdir()
                (folder / limit).write_text(str(limit_mb << 20))
                self.folder = folder
                return
            except OSError:
                if folder.is_dir():
                    folder.rmdir()

    def add(self, pid):
        if self.folder:
            (self.folder / "cgroup.procs").write_text(str(pid))

    def remove(self):
        if self.folder:
            self.folder.rmdir()


def peak_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) // 1024
