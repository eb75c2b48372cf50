"""Where the files of a run of labelling are, and that none of them is another one or the input."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from newsclf.errors import DataError
from newsclf.labelled_formats import ending_of

#: Standard input or output, where a path could stand.
STREAM = "-"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of a run are.

    Parameters
    ----------
    output
        None for standard output.
    rejects
        None where they are not kept.
    is_resumable
        Whether what was read once can be read again, and what was written is in a file.
    names_rejects
        Whether the user has said where rejects go: what is there is no older file of ours.
    """

    output: Path | None
    rejects: Path | None
    is_resumable: bool
    names_rejects: bool = False

    @classmethod
    def of(cls, source: str | Path, output: str | Path, rejects: str | Path | None) -> "Places":
        """Find them from what a user says."""
        place = None if str(output) == STREAM else Path(output)
        beside = place and place.with_name(place.name + ".rejects.jsonl")
        kept = beside if rejects is None else Path(rejects)
        is_resumable = place is not None and str(source) != STREAM
        return cls(place, kept, is_resumable, names_rejects=rejects is not None)

    @property
    def ending(self) -> str:
        """The form of the output."""
        return ".jsonl" if self.output is None else ending_of(self.output.name)

    def beside(self, ending: str) -> Path:
        """Return the path of a file that stands beside the output until that is whole."""
        if self.output is None:
            raise ValueError("nothing stands beside a stream")
        return self.output.with_name(self.output.name + ending)

    @property
    def unfinished_rejects(self) -> Path | None:
        """Where rejects are written: aside until the output is whole, and where that is a stream at their place."""
        if self.rejects is None or self.output is None:
            return self.rejects
        return self.rejects.with_name(self.rejects.name + ".part")

    def check(self, source: Path | None) -> None:
        """Look before anything is opened whether the files can be where they are said to be.

        Raises
        ------
        DataError
            If one of them is, holds or is within the input or another one, or is no regular file.
        """
        files = list(self._files())
        for name, place in files:
            if source is not None and overlap(place, source):
                raise DataError(f"{place}, {name}, is or is within the input {source}, or holds it. {_ELSEWHERE}")
        for (name, place), (other, second) in combinations(files, 2):
            if overlap(place, second):
                raise DataError(
                    f"{second} is {other}, and {place} is {name}; they are in each other's way. {_ELSEWHERE}"
                )
        for written in (self.output, self.rejects):
            if written is not None and written.exists() and not written.is_file():
                what = "a folder" if written.is_dir() else "no regular file"
                raise DataError(f"{written} is {what}; give the name of a file to write.")

    def what_is_left(self) -> str:
        """Say of a run that was ended what is left of it, and whether it can be gone on with."""
        if self.output is None:
            return "What was written to standard output is whole; the same command begins anew."
        if self.is_resumable:
            return "What is written so far is whole; the same command goes on from here."
        kept = self.beside(".parts" if self.ending == ".parquet" else ".part")
        where = f"What was labelled so far is in {kept}" if kept.exists() else "Nothing was labelled yet"
        return f"{where}; standard input cannot be read twice, so the same command begins anew."

    def _files(self) -> Iterator[tuple[str, Path]]:
        if self.output is not None:
            yield "the output", self.output
            yield "the unfinished output", self.beside(".part")
            yield "the folder of parts of the output", self.beside(".parts")
            yield "the journal of the run", self.beside(".journal.json")
            yield "the lock of the run", self.beside(".lock")
        if self.rejects is not None:
            yield "the file of rejects", self.rejects
        if self.unfinished_rejects != self.rejects and self.unfinished_rejects is not None:
            yield "the unfinished file of rejects", self.unfinished_rejects


_ELSEWHERE = "Give another --output or --rejects."


def overlap(one: Path, other: Path) -> bool:
    """Say whether two paths are one, or one is a folder that the other is in."""
    one, other = one.resolve(), other.resolve()
    return one == other or one in other.parents or other in one.parents
