"""How far the reading of files is."""

from collections.abc import Callable


class Position:
    """Counts the bytes of files that were read, also within the file being read.

    A reader of a file sets `tell`, which returns the bytes of its file that it has read.
    """

    def __init__(self) -> None:
        self._finished = 0
        self.tell: Callable[[], int] = _nothing

    def end_file(self, size: int) -> None:
        """Count a whole file, after its reader has come to its end."""
        self._finished += size
        self.tell = _nothing

    @property
    def done(self) -> int:
        """The bytes read of all files."""
        try:
            return self._finished + self.tell()
        except ValueError:  # the file was closed: its reader came to an end this moment
            return self._finished


def _nothing() -> int:
    return 0
