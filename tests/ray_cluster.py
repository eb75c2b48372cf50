"""A Ray cluster of a test's own: separate processes, on ports and in a folder of their own, gone at the end."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

# Before Ray is imported, which reads these once: this cluster and its driver share a token that no other has.
os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": uuid4().hex}

_SECONDS_TO_START = 90
_SECONDS_TO_STOP = 5


class RayCluster:
    """A cluster that runs, by the process that started it; where RAY_TMPDIR is its folder, ``auto`` finds it."""

    def __init__(self, address: str, folder: str, head: subprocess.Popen[bytes]) -> None:
        self.address = address
        self.folder = folder
        self._head = head

    def workers(self, kind: str = "LabelWorker") -> list[int]:
        """Return the ids of the processes that hold a model, in order."""
        ours = descendants(self._head.pid)
        return sorted(pid for pid in ours if kind in _command(pid) and _command(pid).startswith("ray::"))


@contextmanager
def ray_cluster(cpus: int = 2) -> Iterator[RayCluster]:
    """Run ``ray start --head``, and end what it started whatever happens."""
    folder = tempfile.mkdtemp(prefix="nr-", dir="/tmp")  # sockets in it allow a path of some hundred letters at most
    port = _free_port()
    command = (
        f"start --head --block --node-ip-address=127.0.0.1 --port={port} --num-cpus={cpus} --temp-dir={folder}/ray"
    )
    quiet = "--disable-usage-stats --include-dashboard=false --object-store-memory=200000000"
    log = Path(folder, "start.log")
    with log.open("wb") as output:
        head = subprocess.Popen(
            [str(Path(sys.executable).with_name("ray")), *command.split(), *quiet.split()],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},  # workers import from tests, too
            start_new_session=True,
        )
    try:
        _wait_until_up(head, log)
        yield RayCluster(f"127.0.0.1:{port}", folder, head)
    finally:
        left = descendants(head.pid)
        head.terminate()
        with suppress(subprocess.TimeoutExpired):
            head.wait(_SECONDS_TO_STOP)
        for pid in left:  # of ours alone: `ray stop` would end every cluster of this machine
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        head.wait()
        shutil.rmtree(folder, ignore_errors=True)


def descendants(pid: int) -> set[int]:
    """Return the ids of a process and of all that came from it."""
    parents = {int(path.name): _parent(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = {pid}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def _wait_until_up(head: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _SECONDS_TO_START
    while "Ray runtime started" not in log.read_text():
        if head.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"`ray start` did not come up: {log.read_text()}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0
