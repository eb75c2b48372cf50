"""What a worker does before it loads a model: its threads, its cores, and the model's files."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """How a worker runs: its number of threads, and whether it keeps to cores of its own."""

    threads: int
    pin: bool


def settle(setup: WorkerSetup) -> socket | None:
    """Give this process its threads, and return the claim on its cores, which holds while it is kept.

    Called before anything heavy is imported, for some libraries count cores when they are.
    """
    claim = _claim_cores(setup.threads) if setup.pin else None
    threads = str(setup.threads)
    os.environ |= {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "RAYON_NUM_THREADS": threads}
    import threadpoolctl

    if "torch" in sys.modules:  # which has read the environment already
        import torch

        torch.set_num_threads(setup.threads)
    threadpoolctl.threadpool_limits(setup.threads)
    return claim


def _claim_cores(count: int) -> socket | None:
    """Keep this process to cores that no other worker of this machine has claimed; a claim ends with its process.

    A claim is a name that Linux lets one process have at a time, and no file: in a folder for all, another user could
    put a link in its place. What another user can do is take the names, and so leave workers unpinned.
    """
    cores = sorted(os.sched_getaffinity(0))
    for first in range(0, len(cores) - count + 1, count):
        claim = socket(AF_UNIX, SOCK_DGRAM)
        try:
            claim.bind(f"\0newsclf-{os.getuid()}-core-{cores[first]}")  # the null byte keeps it out of any folder
        except OSError:
            claim.close()
            continue
        os.sched_setaffinity(0, cores[first : first + count])
        return claim
    _LOGGER.warning("no %d cores are free; this worker is not pinned", count)
    return None


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def written_folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files into a new folder, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="newsclf-") as name:
        for path, content in files.items():
            file = Path(name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield Path(name)
