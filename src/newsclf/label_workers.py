"""Label chunks in several processes, with one math thread each; answers come in the order of the chunks.

Not `multiprocessing`: its workers run the caller's script once more, outlive a parent that is killed, and cannot
be given their number of threads before numpy and torch are imported.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO

from newsclf.chunk_labelling import LabelledChunk
from newsclf.errors import WorkerError
from newsclf.labelled_formats import OutputForm
from newsclf.reading.rows import UnreadRow

_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
# Chunks under way for each worker: one being labelled, one to go on with.
_CHUNKS_PER_WORKER = 2


class LabelWorkers:
    """Processes that label chunks, started as chunks come in, each with the model in memory.

    Parameters
    ----------
    directory
        Of the model.
    form
        Of the output.
    count
        Processes at most.
    """

    def __init__(self, directory: Path, form: OutputForm, *, count: int) -> None:
        self._settings = (directory, form)
        self._count = count
        self._idle: LifoQueue[subprocess.Popen[bytes]] = LifoQueue()
        self._started: list[subprocess.Popen[bytes]] = []

    def label(self, chunks: Iterable[Sequence[UnreadRow]], *, first: int) -> Iterator[LabelledChunk]:
        """Label chunks, numbered from `first`, reading no more than a few ahead.

        An empty chunk is none: it only hands on what is done.

        Raises
        ------
        WorkerError
            If a process ends without an answer.
        NewsclfError
            If it answers with one.
        """
        under_way: deque[Future[LabelledChunk]] = deque()
        threads = ThreadPoolExecutor(self._count)
        try:
            number = first
            for chunk in chunks:
                if chunk:
                    under_way.append(threads.submit(self._ask, number, chunk))
                    number += 1
                while under_way and (under_way[0].done() or len(under_way) >= _CHUNKS_PER_WORKER * self._count):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in self._started:
                worker.kill()
            threads.shutdown()
            for worker in self._started:  # also one that was being started
                _let_go(worker)

    def _ask(self, number: int, chunk: Sequence[UnreadRow]) -> LabelledChunk:
        worker = self._worker()
        try:
            _send(worker, (number, chunk))
            answer = pickle.load(_pipe(worker.stdout))  # noqa: S301 - from our own child
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise WorkerError(_how_it_ended(worker)) from error
        self._idle.put(worker)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    def _worker(self) -> "subprocess.Popen[bytes]":
        """Return a process that has nothing to do; there are as many threads that ask as processes may be."""
        try:
            return self._idle.get_nowait()
        except Empty:
            # Where the parent found its modules, the worker finds them too; -P keeps the working directory out.
            environment = {
                **os.environ,
                **_ONE_THREAD,
                "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
            }
            command = [sys.executable, "-P", "-m", "newsclf.label_worker"]
            pipe = subprocess.PIPE
            # In a group of its own Ctrl-C does not reach it, not even while it starts; its parent ends it.
            worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, process_group=0)  # noqa: S603
            self._started.append(worker)
            _send(worker, self._settings)
            return worker


def _let_go(worker: "subprocess.Popen[bytes]") -> None:
    worker.kill()
    worker.wait()
    for stream in (worker.stdin, worker.stdout):
        with suppress(OSError):
            _pipe(stream).close()


def _send(worker: "subprocess.Popen[bytes]", value: object) -> None:
    stream = _pipe(worker.stdin)
    pickle.dump(value, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the process was started without a pipe")
    return stream


def _how_it_ended(worker: "subprocess.Popen[bytes]") -> str:
    code = worker.wait()
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return (
        f"A process that labels {how} and gave no answer. Where no one ended it, memory ran out, or what it printed "
        "above says why. Give fewer --workers where memory ran out."
    )
