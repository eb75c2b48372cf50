"""How far a run is: workers tell a counter, and the caller's progress is told by it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from newsclf.distributed.cluster import import_ray
from newsclf.progress import Progress, silent

_SECONDS_BETWEEN = 1.0


class _Counter:
    """Lives in the cluster; a block that is labelled again counts again, so it is for showing only."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, count: int) -> None:
        self._count += count

    def count(self) -> int:
        return self._count


@contextmanager
def counted(stage: str, total: int, progress: Progress) -> Iterator[Any]:
    """Yield an actor that workers tell what is done, or None where nobody listens; `progress` hears every second."""
    progress(stage, 0, total)
    if progress is silent:
        yield None
        return
    ray = import_ray()
    counter = ray.remote(num_cpus=0)(_Counter).remote()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_SECONDS_BETWEEN):
            try:
                progress(stage, min(total, ray.get(counter.count.remote())), total)
            except ray.exceptions.RayError:
                return  # its machine is gone; the run is not

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield counter
    finally:
        ended.set()
        watcher.join()
    progress(stage, total, total)
