"""Work shared out to processes, with its results in the order of the work."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from newsclf.cores import usable_cores
from newsclf.free_memory import free_bytes
from newsclf.progress import Progress, silent

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")

# Items that a process is sent at a time.
_CHUNK = 500
# Fewer are done here before processes have started.
_FEW = 2_000
# The rest is for the parent and for others. What our idle processes hold is not free either: this is cautious.
_SHARE_OF_FREE_MEMORY = 0.5
# Of libraries and place names.
_BYTES_A_PROCESS = 300_000_000


def processes(jobs: int, *, bytes_each: int = 0) -> int:
    """Return how many processes to use: `jobs`, -1 for one a core, and no more than half the free memory holds.

    `bytes_each` is what each holds beside libraries.
    """
    wanted = usable_cores() if jobs == -1 else jobs
    return max(1, min(wanted, int(_SHARE_OF_FREE_MEMORY * free_bytes()) // (_BYTES_A_PROCESS + bytes_each)))


def in_chunks(
    function: Callable[[Sequence[_Item]], Sequence[_Found]],
    items: Sequence[_Item],
    *,
    jobs: int,
    stage: str,
    progress: Progress = silent,
) -> Iterator[_Found]:
    """Yield what a function makes of each of n items, in their order.

    Parameters
    ----------
    function
        Gets some hundreds of items and returns as many results. At the top of a module, so that processes find it.
    items : length n
        Can be sliced.
    jobs
        Processes, as `processes` has them. Few items are done in this one.
    stage
        What `progress` is told.
    """
    chunks = [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
    done = 0
    for chunk, found in zip(chunks, _mapped(function, chunks, 1 if len(items) < _FEW else jobs), strict=True):
        yield from found
        done += len(chunk)
        progress(stage, done, len(items))


def _mapped(
    function: Callable[[Sequence[_Item]], Sequence[_Found]], chunks: Sequence[Sequence[_Item]], jobs: int
) -> Iterator[Sequence[_Found]]:
    if jobs == 1:
        yield from map(function, chunks)
        return
    import joblib  # late: it brings multiprocessing, which a first prediction does not need

    # By name, for within a process of joblib its default is threads.
    shared = joblib.Parallel(n_jobs=processes(jobs), backend="loky", return_as="generator")
    yield from shared(joblib.delayed(function)(chunk) for chunk in chunks)
