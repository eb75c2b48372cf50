"""Where the output of a run goes: beside its place until it is whole."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsclf.distributed.source_files import resolve
from newsclf.errors import DataError
from newsclf.label_places import overlap
from newsclf.reading.records import Reject
from newsclf.reading.rejects import REJECTS_FOLDER, reject_lines

REPORT = "_report.json"


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder that is being filled, by pyarrow's filesystem and the path in it."""

    filesystem: Any
    path: str

    def missing(self, files: Sequence[str]) -> list[str]:
        """Return those of the files that are not there, as this machine sees it."""
        from pyarrow.fs import FileType

        return [info.path for info in self.filesystem.get_file_info(list(files)) if info.type != FileType.File]

    def write_rejects(self, rejects: Sequence[Reject]) -> None:
        """Write rejects that no worker has written: files that cannot be read."""
        if rejects:
            self._write(f"{REJECTS_FOLDER}/files.jsonl", reject_lines(rejects))

    def write_report(self, report: Mapping[str, Any]) -> None:
        """Write what says that the output is whole."""
        text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        self._write(REPORT, text.encode("utf-8", "backslashreplace"))

    def _write(self, name: str, content: bytes) -> None:
        with self.filesystem.open_output_stream(f"{self.path}/{name}") as stream:
            stream.write(content)


@contextmanager
def output_folder(output: str | Path) -> Iterator[OutputFolder]:
    """Yield a folder to fill, which takes the output's place once all is written; after an error nothing is left.

    On a disk it is renamed. An object store cannot do so: there it is the place itself, and only the report, written
    last, says that it is whole.

    Raises
    ------
    DataError
        If the place is taken.
    """
    from pyarrow.fs import LocalFileSystem

    filesystem, final = resolve(output)
    check_free(output)
    aside = final
    if isinstance(filesystem, LocalFileSystem):
        place = Path(final)
        aside = str(place.with_name(f".{place.name}-{uuid.uuid4().hex[:8]}"))
    filesystem.create_dir(f"{aside}/{REJECTS_FOLDER}", recursive=True)
    try:
        yield OutputFolder(filesystem, aside)
    except BaseException:
        with suppress(OSError):
            filesystem.delete_dir(aside)
        raise
    if aside != final:
        _bring(Path(aside), Path(final))


def _bring(aside: Path, final: Path) -> None:
    """Rename a folder that is whole, which an empty one at the place does not hinder."""
    try:
        with suppress(FileNotFoundError):
            final.rmdir()
        aside.rename(final)
    except OSError as error:
        raise DataError(
            f"{final} was taken while the run went on: {error}. What was labelled is in {aside}."
        ) from error


def check_free(output: str | Path) -> None:
    """Raise DataError if something is at the output's place already."""
    from pyarrow.fs import FileSelector, FileType

    filesystem, final = resolve(output)
    info = filesystem.get_file_info(final)
    is_taken = info.type == FileType.File or (
        info.type == FileType.Directory and bool(filesystem.get_file_info(FileSelector(final)))
    )
    if is_taken:
        raise DataError(f"{output} exists already; remove it, or give another folder for the output.")


def check_apart(source: str | Path, output: str | Path) -> None:
    """Raise DataError if input and output are in each other: the next run would label what this one wrote."""
    (one, there), (other, place) = resolve(source), resolve(output)
    if one == other and overlap(Path(there), Path(place)):
        raise DataError(f"{output}, the output, is or is within the input {source}, or holds it; give another output.")
