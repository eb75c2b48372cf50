"""Run a command and watch the memory that it and all its processes hold together."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Sample:
    """What was held at a time: resident bytes, and how far the work was."""

    bytes: int
    done: int


def family(pid: int) -> list[int]:
    """Return a process and all that came from it and still run."""
    found = [pid]
    for parent in found:  # grows while it is read
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, _read(tasks).split())
    return found


def resident_bytes(pids: Sequence[int]) -> int:
    """Add up the resident memory of processes; what they share counts for each of them."""
    held = (_read(Path(f"/proc/{pid}/statm")).split() for pid in pids)
    return sum(int(fields[1]) * _PAGE for fields in held if fields)


def watch(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    every: float = 1.0,
    done: Callable[[], int] = lambda: 0,
) -> tuple[Sample, ...]:
    """Run a command to its end, and sample its memory every so many seconds.

    Raises
    ------
    RuntimeError
        If it fails, with the end of what it said.
    """
    samples = []
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        try:
            while running.poll() is None:
                samples.append(Sample(resident_bytes(family(running.pid)), done()))
                _wait(running, every)
        finally:
            running.kill()
            running.wait()
        if running.returncode:
            said.seek(0)
            words = said.read().decode("utf-8", "replace")[-3_000:]
            raise RuntimeError(f"{' '.join(command)} ended with {running.returncode}:\n{words}")
    return tuple(samples)


def peak_until(samples: Sequence[Sample], done: float) -> int:
    """Return the most bytes that were held until so much was done; 0 where nothing was sampled until then."""
    return max((sample.bytes for sample in samples if sample.done <= done), default=0)


def _wait(running: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Wait, and no longer than the process runs: what is over in a moment is not to last a second."""
    end = time.monotonic() + seconds
    while running.poll() is None and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.05))


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # it has ended meanwhile
        return ""
