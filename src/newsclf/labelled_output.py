"""Where labelled chunks go: a file that grows, Parquet parts that are joined in the end, or a stream."""

import os
import shutil
from pathlib import Path
from typing import IO, Protocol

from newsclf.errors import UnfinishedError
from newsclf.lasting_files import put_in_place, sync_file, sync_folder
from newsclf.path_lock import lock_file


class LabelOutput(Protocol):
    """Takes chunks one after the other."""

    def begin(self, *, chunks: int, size: int) -> None:
        """Keep the first chunks, which have so many bytes, and remove what stands behind them."""

    def add(self, body: bytes) -> None:
        """Write the next chunk; once this returns, it is written for good."""

    def finish(self) -> None:
        """Make a whole of the chunks, not yet at its place."""

    def close(self) -> None:
        """Let go of what is open."""


class GrowingFile:
    """Chunks appended to a file, which only one run at a time may hold.

    Parameters
    ----------
    path
        Not made before something is added, where `is_lazy`.
    """

    def __init__(self, path: Path, *, is_lazy: bool = False) -> None:
        self._path = path
        self._is_lazy = is_lazy
        self._stream: IO[bytes] | None = None

    def begin(self, *, chunks: int, size: int) -> None:  # noqa: ARG002 - a file is measured in bytes
        """Cut the file to its first bytes."""
        if self._is_lazy and not self._path.exists():
            if size:
                raise UnfinishedError(f"{self._path} is missing. Pass --restart to begin anew.")
            return
        stream = self._opened()
        if stream.seek(0, os.SEEK_END) < size:
            raise UnfinishedError(
                f"{self._path} is shorter than it was when its run ended. Pass --restart to begin anew."
            )
        stream.truncate(size)
        stream.seek(size)

    def add(self, body: bytes) -> None:
        """Append a chunk."""
        if body:
            stream = self._opened()
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())

    def finish(self) -> None:
        """Do nothing: the file is whole."""

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()

    def _opened(self) -> IO[bytes]:
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch()
            sync_folder(self._path.parent)
            self._stream = self._path.open("r+b")
            lock_file(self._stream.fileno(), self._path)
        return self._stream


class ParquetParts:
    """Chunks as Parquet files of a folder, which become one file.

    Parameters
    ----------
    folder
        Holds the chunks; removed when the file is at its place.
    target
        The file that they become.
    """

    def __init__(self, folder: Path, target: Path) -> None:
        self._folder = folder
        self._target = target
        self._parts: list[Path] = []

    def begin(self, *, chunks: int, size: int) -> None:  # noqa: ARG002 - parts are counted
        """Keep the first parts."""
        self._folder.mkdir(parents=True, exist_ok=True)
        wanted = [self._part(number) for number in range(chunks)]
        for path in set(self._folder.iterdir()) - set(wanted):
            path.unlink()
        if missing := [path for path in wanted if not path.exists()]:
            raise UnfinishedError(f"{missing[0]} is missing. Pass --restart to begin anew.")
        self._parts = wanted

    def add(self, body: bytes) -> None:
        """Write the next part."""
        path = self._part(len(self._parts))
        aside = path.with_suffix(".new")
        with aside.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(aside, path)
        self._parts.append(path)

    def finish(self) -> None:
        """Join the parts."""
        from newsclf.parquet_tables import join_parquet

        join_parquet(self._parts, self._target)
        sync_file(self._target)

    def close(self) -> None:
        """Do nothing: each part is closed once it is written."""

    def _part(self, number: int) -> Path:
        return self._folder / f"{number:08d}.parquet"


class OpenStream:
    """Chunks written to an open stream, each as soon as it is there."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def begin(self, *, chunks: int, size: int) -> None:
        """Do nothing: what was written before is gone."""

    def add(self, body: bytes) -> None:
        """Write a chunk and flush it."""
        self._stream.write(body)
        self._stream.flush()

    def finish(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing: the stream is not ours."""


def remove_parts(folder: Path) -> None:
    """Remove the parts of a file that is at its place, or of a run that begins anew."""
    shutil.rmtree(folder, ignore_errors=True)
