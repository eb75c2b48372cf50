"""The files of a run of labelling: output, rejects and journal, kept in step with each other."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from newsclf.chunk_labelling import LabelledChunk
from newsclf.errors import UnfinishedError
from newsclf.label_journal import Journal, read_journal, write_journal
from newsclf.labelled_formats import ending_of
from newsclf.labelled_output import GrowingFile, LabelOutput, OpenStream, ParquetParts, remove_parts

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
    """

    output: Path | None
    rejects: Path | None
    is_resumable: bool

    @classmethod
    def of(cls, source: str | Path, output: str | Path, rejects: str | Path | None) -> "Places":
        """Find them from what a user says."""
        place = None if str(output) == STREAM else Path(output)
        beside = place and place.with_name(place.name + ".rejects.jsonl")
        kept = beside if rejects is None else Path(rejects)
        return cls(place, kept, is_resumable=place is not None and str(source) != STREAM)

    @property
    def ending(self) -> str:
        """The form of the output."""
        return ".jsonl" if self.output is None else ending_of(self.output.name)

    def beside(self, ending: str) -> Path:
        """Return the path of a file that stands beside the output until that is whole."""
        if self.output is None:
            raise ValueError("nothing stands beside a stream")
        return self.output.with_name(self.output.name + ending)


class LabelledFiles:
    """Writes labelled chunks so that a run that ends at any moment can be gone on with.

    Parameters
    ----------
    made_from
        What the output depends on; see `label_journal.identity`.
    """

    def __init__(self, places: Places, made_from: Mapping[str, str]) -> None:
        self._places = places
        self._made_from = made_from
        self._output = _output(places)
        self._rejects = None if places.rejects is None else GrowingFile(places.rejects, is_lazy=True)
        self._has_begun = False
        self.journal = Journal(made_from)

    def begin(self, *, restart: bool, overwrite: bool) -> Journal:
        """Go on from an earlier run, or begin; return how far the earlier run has come.

        Raises
        ------
        UnfinishedError
            If there is an output already, or an unfinished one that was made from something else.
        """
        found = None
        if self._places.is_resumable:
            if restart:
                self._places.beside(".journal.json").unlink(missing_ok=True)
            found = read_journal(self._places.beside(".journal.json"))
        if found is not None:
            found.check(self._made_from, self._places.beside(".journal.json"))
            self.journal = found
        elif self._places.output is not None and self._places.output.exists() and not overwrite:
            raise UnfinishedError(
                f"{self._places.output} exists. Pass --overwrite to replace it, or give another --output."
            )
        if not self.journal.is_finished:
            self._output.begin(chunks=self.journal.chunks, size=self.journal.output_bytes)
            if self._rejects is not None:
                self._rejects.begin(chunks=self.journal.chunks, size=self.journal.reject_bytes)
        self._has_begun = True
        return self.journal

    def add(self, chunk: LabelledChunk) -> Journal:
        """Write the next chunk, and then that it is written; return how far this is."""
        self._output.add(chunk.body)
        if self._rejects is not None:
            self._rejects.add(chunk.rejects)
        self._note(self.journal.after(chunk))
        return self.journal

    def finish(self) -> None:
        """Bring the output to its place."""
        if not self.journal.is_finished:
            self._output.finish()
            self._note(replace(self.journal, is_finished=True))
        self.close()
        if self._places.output is None:
            return
        part = self._places.beside(".part")
        if part.exists():  # else a run was ended between this line and the removal of the journal
            os.replace(part, self._places.output)  # noqa: PTH105 - the atomic one
        self._remove_rest()

    def close(self) -> None:
        """Close what is open; what no run can go on from is removed."""
        self._output.close()
        if self._rejects is not None:
            self._rejects.close()
        is_of_use = self.journal.is_finished or (self._places.is_resumable and self.journal.chunks)
        if self._has_begun and self._places.output is not None and not is_of_use:
            self._places.beside(".part").unlink(missing_ok=True)
            self._remove_rest()

    def _note(self, journal: Journal) -> None:
        self.journal = journal
        if self._places.is_resumable:
            write_journal(journal, self._places.beside(".journal.json"))

    def _remove_rest(self) -> None:
        remove_parts(self._places.beside(".parts"))
        self._places.beside(".journal.json").unlink(missing_ok=True)


def _output(places: Places) -> LabelOutput:
    if places.output is None:
        return OpenStream(open(1, "wb", closefd=False))
    if places.ending == ".parquet":
        return ParquetParts(places.beside(".parts"), places.beside(".part"))
    return GrowingFile(places.beside(".part"))
