"""Chunks of rows from a stream that may pause: what has arrived is handed on, and nothing waits for more."""

import threading
from collections.abc import Iterator
from queue import Empty, Queue

from newsclf.reading.rows import UnreadRow

# How long an answer that is ready may wait while nothing arrives.
_PAUSE_S = 0.05


class _End:
    """The stream is at its end, for the reason that `error` gives."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error


def arriving_chunks(rows: Iterator[UnreadRow], *, most: int, size: int) -> Iterator[list[UnreadRow]]:
    """Yield what has arrived; an empty chunk every now and then where nothing arrives.

    Parameters
    ----------
    most, size
        Rows, and bytes or characters of them, that end a chunk. No more than twice `most` rows are held, however
        fast they come.
    """
    arrived: Queue[UnreadRow | _End] = Queue(maxsize=most)
    threading.Thread(target=_read, args=(rows, arrived), daemon=True).start()
    chunk: list[UnreadRow] = []
    held = 0
    while True:
        try:
            item = arrived.get(timeout=0 if chunk else _PAUSE_S)
        except Empty:
            yield chunk
            chunk, held = [], 0
            continue
        if isinstance(item, _End):
            break
        chunk.append(item)
        held += item.size
        if len(chunk) == most or held >= size:
            yield chunk
            chunk, held = [], 0
    yield chunk
    if item.error is not None:
        raise item.error


def _read(rows: Iterator[UnreadRow], arrived: "Queue[UnreadRow | _End]") -> None:
    try:
        for row in rows:
            arrived.put(row)
        arrived.put(_End())
    except Exception as error:  # whatever it is, the one who asked for the rows should see it
        arrived.put(_End(error))
