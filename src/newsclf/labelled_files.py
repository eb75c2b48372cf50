"""The files of a run of labelling: output, rejects and journal, kept in step with each other."""

from collections.abc import Mapping
from dataclasses import replace

from newsclf.chunk_labelling import LabelledChunk
from newsclf.errors import UnfinishedError
from newsclf.label_journal import Journal, read_journal, write_journal
from newsclf.label_places import Places
from newsclf.labelled_output import GrowingFile, LabelOutput, OpenStream, ParquetParts, remove_parts
from newsclf.lasting_files import put_in_place
from newsclf.path_lock import PathLock


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
        rejects = places.unfinished_rejects
        self._rejects = None if rejects is None else GrowingFile(rejects, is_lazy=True)
        self._lock = None if places.output is None else PathLock(places.beside(".lock"), places.output)
        self._has_begun = False
        self.journal = Journal(made_from)

    def begin(self, *, restart: bool, overwrite: bool) -> Journal:
        """Go on from an earlier run, or begin; return how far the earlier run has come.

        Raises
        ------
        UnfinishedError
            If there is an output already, or an unfinished one that was made from something else.
        """
        if self._lock is not None:
            self._lock.acquire()
        found = None
        if self._places.output is not None and not restart:
            found = read_journal(self._places.beside(".journal.json"))
        if found is None:
            self._check_free(overwrite=overwrite)
            self._begin_journal()
        else:
            found.check(self._made_from, self._places.beside(".journal.json"))
            self.journal = found
        self._has_begun = True
        if not self.journal.is_finished:
            self._output.begin(chunks=self.journal.chunks, size=self.journal.output_bytes)
            if self._rejects is not None:
                self._rejects.begin(chunks=self.journal.chunks, size=self.journal.reject_bytes)
        return self.journal

    def add(self, chunk: LabelledChunk) -> Journal:
        """Write the next chunk, and then that it is written; return how far this is."""
        self._output.add(chunk.body)
        if self._rejects is not None:
            self._rejects.add(chunk.rejects)
        self._note(self.journal.after(chunk))
        return self.journal

    def finish(self) -> None:
        """Bring rejects and output to their places."""
        if not self.journal.is_finished:
            self._output.finish()
            self._note(replace(self.journal, is_finished=True))
        self._close_streams()
        if self._places.output is not None:
            self._place_rejects()
            part = self._places.beside(".part")
            if part.exists():  # else a run was ended between this line and the removal of the journal
                put_in_place(part, self._places.output)
            self._remove_rest()

    def close(self) -> None:
        """Close what is open; a run that has written nothing leaves nothing."""
        try:
            self._close_streams()
            if self._has_begun and self._places.output is not None and not self._has_written():
                self._places.beside(".part").unlink(missing_ok=True)
                if self._places.unfinished_rejects is not None:
                    self._places.unfinished_rejects.unlink(missing_ok=True)
                self._remove_rest()
        finally:
            if self._lock is not None:
                self._lock.release()

    def _has_written(self) -> bool:
        """Say whether something is left: to go on from, or of a stream, which cannot be read again, to keep."""
        part = self._places.beside(".part")
        is_kept = part.is_file() and part.stat().st_size > 0
        return bool(self.journal.chunks) or is_kept

    def _check_free(self, *, overwrite: bool) -> None:
        """Raise UnfinishedError where a file is that the user has not said may be replaced."""
        places = self._places
        if overwrite:
            return
        if places.output is not None and places.output.exists():
            raise UnfinishedError(f"{places.output} exists. Pass --overwrite to replace it, or give another --output.")
        if places.names_rejects and places.rejects is not None and places.rejects.is_file():
            raise UnfinishedError(
                f"{places.rejects} exists. Pass --overwrite to replace it, or give another --rejects."
            )

    def _close_streams(self) -> None:
        try:
            self._output.close()  # writes what a full disk did not take, and fails again
        finally:
            if self._rejects is not None:
                self._rejects.close()

    def _place_rejects(self) -> None:
        """Bring rejects to their place; without any, an older file of rejects becomes empty."""
        aside, place = self._places.unfinished_rejects, self._places.rejects
        if aside is None or place is None:
            return
        if not self.journal.reject_bytes:
            aside.unlink(missing_ok=True)
            if place.exists():
                place.write_bytes(b"")
        elif aside.exists():  # else a run was ended between this line and the removal of the journal
            put_in_place(aside, place)

    def _begin_journal(self) -> None:
        """Put a journal in the place of an older one, which is not of what is written from now on."""
        if self._places.output is not None and not self._places.is_resumable:
            self._places.beside(".journal.json").unlink(missing_ok=True)
        self._note(self.journal)

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
