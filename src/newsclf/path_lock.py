"""Files that one run at a time may hold."""

import os
import sys
from pathlib import Path

from newsclf.errors import UnfinishedError


class PathLock:
    """A file beside an output, which is there while a run writes the output.

    Parameters
    ----------
    path
        Of the lock's own file. What a killed run leaves of it holds nobody up.
    target
        What is locked, for messages.
    """

    def __init__(self, path: Path, target: Path) -> None:
        self._path = path
        self._target = target
        self._held: int | None = None

    def acquire(self) -> None:
        """Hold the lock until `release` or the end of the process, or raise UnfinishedError where another has it."""
        if sys.platform == "win32":
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            lock_file(held, self._target)
            self._check_still(held)
        except UnfinishedError:
            os.close(held)
            raise
        self._held = held

    def release(self) -> None:
        """Let other runs have it."""
        if self._held is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._held)
            self._held = None

    def _check_still(self, held: int) -> None:
        """Raise unless the file held is the one that others find: its last holder removes it as it lets go."""
        try:
            is_still = os.path.samestat(os.fstat(held), self._path.stat())
        except FileNotFoundError:
            is_still = False
        if not is_still:
            raise UnfinishedError(f"another run has just written {self._target}. Run again.")


def lock_file(file: int, path: Path) -> None:
    """Hold an open file until it is closed or the process ends, or raise UnfinishedError where another one holds it."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnfinishedError(f"another run is writing {path}. Wait for its end, or give another --output.") from error
