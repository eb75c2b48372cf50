"""Chunks of rows from a stream that may pause: what has arrived is handed on, and nothing waits for more."""

import threading
from collections.abc import Iterator

from newsclf.reading.rows import UnreadRow

# How long an answer that is ready may wait while nothing arrives.
_PAUSE_S = 0.05


def arriving_chunks(rows: Iterator[UnreadRow], *, most: int, size: int) -> Iterator[list[UnreadRow]]:
    """Yield what has arrived; an empty chunk every now and then where nothing arrives.

    Parameters
    ----------
    most, size
        Rows, and bytes or characters of them, that end a chunk. While one is labelled, no more than one other is
        held, however fast rows come.
    """
    arrived = _Arrived(most=most, size=size)
    threading.Thread(target=arrived.read, args=(rows,), daemon=True).start()
    while not arrived.is_at_end:
        yield arrived.take()
    if arrived.error is not None:
        raise arrived.error


class _Arrived:
    """The rows that one thread has read and the other has not taken."""

    def __init__(self, *, most: int, size: int) -> None:
        self._most = most
        self._size = size
        self._rows: list[UnreadRow] = []
        self._held = 0
        self._is_over = False
        self._change = threading.Condition()
        self.error: Exception | None = None

    @property
    def is_at_end(self) -> bool:
        """Whether the stream has ended and all its rows are taken."""
        with self._change:
            return self._is_over and not self._rows

    def read(self, rows: Iterator[UnreadRow]) -> None:
        """Read to the end, and wait wherever a chunk is full."""
        try:
            for row in rows:
                self._add(row)
        except Exception as error:  # whatever it is, the one who asked for the rows should see it
            self.error = error
        with self._change:
            self._is_over = True
            self._change.notify()

    def take(self) -> list[UnreadRow]:
        """Return what has arrived, after a moment without anything an empty list."""
        with self._change:
            self._change.wait_for(lambda: self._rows or self._is_over, timeout=_PAUSE_S)
            taken, self._rows, self._held = self._rows, [], 0
            self._change.notify()
        return taken

    def _add(self, row: UnreadRow) -> None:
        with self._change:
            self._change.wait_for(lambda: len(self._rows) < self._most and self._held < self._size)
            self._rows.append(row)
            self._held += row.size
            self._change.notify()
