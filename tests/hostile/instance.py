# SPDX-License-Identifier: Apache-2.0
"""A running `presshawk run` that follows a file, for as long as a `with` block."""

import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

CONFIG = """source: {{file: {{paths: ["{folder}/in.ndjson"], follow: {follow}}}}}
watchlists: {{files: ["{folder}/lists*.ndjson"]}}
sinks: [{{file: {{path: "{folder}/alerts.ndjson"}}}}]
deadletter: {{file: {{path: "{folder}/dead.ndjson"}}}}
http: {{listen: "127.0.0.1:0"{token}}}
workers: 1
log: {{format: {log}, level: info}}
"""


class Instance:
    def __init__(self, presshawk, folder, follow=True, log="json", token=None, more=""):
        self.folder = folder
        self.log_path = folder / "run.log"
        (folder / "presshawk.yaml").write_text((CONFIG + more).format(
            folder=folder, follow=str(follow).lower(), log=log,
            token=f', token_file: "{token}"' if token else ""), encoding="utf-8")
        with open(self.log_path, "wb") as file:
            self.process = subprocess.Popen([presshawk, "run", "--config", folder / "presshawk.yaml"],
                                            stdout=subprocess.DEVNULL, stderr=file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self):
        return self.log_path.read_bytes()

    def wait_for(self, what, condition):
        """Until it is so; the test's own limit ends it otherwise."""
        while not (result := condition()):
            if self.process.poll() is not None:
                raise RuntimeError(f"{what}: presshawk ended: {self.log()[-2000:]}")
            time.sleep(0.02)
        return result

    def port(self):
        found = self.wait_for("the port", lambda: re.search(rb"http://127\.0\.0\.1:(\d+)/", self.log()))
        return int(found.group(1))

    def get(self, path, method="GET", **headers):
        """Status and body; status 0 where the server closed."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port()}{path}", method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()
