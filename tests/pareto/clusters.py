"""Clusters of Dask on this machine."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]


def ended(process):
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Cluster:
    """A Dask scheduler and its workers, each a process.

    `sites` are the folders of installed packages that the workers see, one each; None is none.
    """

    def __init__(self, stack, folder, sites=(None, None)):
        self.stack, self.folder = stack, folder
        self.file = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--port", "0", "--scheduler-file", str(self.file))
        until = time.monotonic() + 20
        while not self.address and time.monotonic() < until:
            time.sleep(0.05)
        self.workers = [self.worker(site) for site in sites]

    @property
    def address(self):
        try:
            return json.loads(self.file.read_text(encoding="utf-8"))["address"]
        except (OSError, ValueError):
            return None

    def worker(self, site=None):
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny", site=site)

    def start(self, what, *options, site=None):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *options]
        command += ["--host", "tcp://127.0.0.1", "--no-dashboard"]
        said = self.stack.enter_context((self.folder / f"{what}.log").open("ab"))
        paths = [TESTS, os.environ.get("PYTHONPATH", ""), *([] if site is None else [site])]
        process = subprocess.Popen(
            command,
            stdout=said,
            stderr=said,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        )
        self.stack.callback(ended, process)
        return process
