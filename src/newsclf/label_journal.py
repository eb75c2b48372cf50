"""How far a run of labelling is, beside its output, so that the next run goes on where a kill ended it."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from newsclf.chunk_labelling import LabelledChunk
from newsclf.engine_choice import chosen_engine
from newsclf.errors import UnfinishedError
from newsclf.lasting_files import put_in_place
from newsclf.reading.sources import RowSource

# Reasons that are told apart; a reason may quote its row, and so there may be any number of them.
_REASONS = 20
_FURTHER = "other reasons"


@dataclass(frozen=True, slots=True)
class Journal:
    """What has been written for good.

    Parameters
    ----------
    made_from
        What the output depends on; equal for two runs that write the same.
    chunks, rows
        Chunks and rows of the input whose labels or rejects are in the files.
    output_bytes, reject_bytes
        Of the two files; what stands behind was not finished.
    """

    made_from: Mapping[str, str]
    chunks: int = 0
    rows: int = 0
    output_bytes: int = 0
    reject_bytes: int = 0
    is_finished: bool = False
    truncated: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def labelled(self) -> int:
        """The rows labelled."""
        return sum(self.statuses.values())

    @property
    def rejected(self) -> int:
        """The rows rejected."""
        return self.rows - self.labelled

    def after(self, chunk: LabelledChunk) -> "Journal":
        """Return what is so once a chunk has been written."""
        return replace(
            self,
            chunks=self.chunks + 1,
            rows=self.rows + chunk.rows,
            output_bytes=self.output_bytes + len(chunk.body),
            reject_bytes=self.reject_bytes + len(chunk.rejects),
            truncated=self.truncated + chunk.truncated,
            statuses=_added(self.statuses, chunk.statuses),
            reasons=_added(self.reasons, chunk.reasons, limit=_REASONS),
            renamed={**self.renamed, **chunk.renamed},
        )

    def check(self, made_from: Mapping[str, str], path: Path) -> None:
        """Raise UnfinishedError where the run that left this journal would have written something else."""
        changed = [name for name, value in made_from.items() if self.made_from.get(name) != value]
        if changed:
            raise UnfinishedError(
                f"{path} is of a run that was ended after {self.rows:,} rows, and since then this has changed: "
                f"{', '.join(changed)}. Undo the change to go on, or pass --restart to begin anew."
            )


def read_journal(path: Path) -> Journal | None:
    """Read a journal, None where there is none.

    Raises
    ------
    UnfinishedError
        If it is damaged.
    """
    try:
        found = Journal(**json.loads(path.read_text(encoding="utf-8")))
        _check_types(found)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise UnfinishedError(f"{path} is damaged: {error}. Pass --restart to begin anew.") from error
    return found


def write_journal(journal: Journal, path: Path) -> None:
    """Replace the journal: a run that ends at any moment leaves the old one or the new one."""
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8") as stream:
        json.dump(asdict(journal), stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    put_in_place(aside, path)


def identity(source: RowSource, model: Path, **options: Any) -> dict[str, str]:
    """Return what the output depends on, in words that say what has changed where it has."""
    files = hashlib.sha256()
    for file in source.files:
        stat = file.stat()
        # st_ctime shows a change that keeps size and time, such as a copy with the times of the original.
        seen = f"{file.relative_to(source.path)} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}\n"
        files.update(seen.encode("utf-8", "replace"))
    manifest = (model / "manifest.json").read_bytes()
    engine = chosen_engine()
    return {
        "the path of the input": str(source.path.resolve()),
        "the size or time of the input": files.hexdigest(),
        "the model": hashlib.sha256(manifest).hexdigest(),
        "the version of newsclf": metadata.version("newsclf"),
        "what runs the encoder, or its version": f"{engine} {metadata.version(engine)}",
        **{f"the option {name}": str(value) for name, value in options.items()},
    }


def _check_types(journal: Journal) -> None:
    """Raise TypeError where a value is of another type than its field."""
    kinds: dict[type, Sequence[Any]] = {
        int: (
            *(journal.chunks, journal.rows, journal.output_bytes, journal.reject_bytes, journal.truncated),
            *(*_values(journal.statuses), *_values(journal.reasons)),
        ),
        bool: (journal.is_finished,),
        str: (*_values(journal.made_from), *_values(journal.renamed)),
    }
    for kind, values in kinds.items():
        if wrong := [value for value in values if type(value) is not kind]:
            raise TypeError(f"{wrong[0]!r} stands where {kind.__name__} is expected")


def _values(mapping: Any) -> Sequence[Any]:
    if not isinstance(mapping, dict):
        raise TypeError(f"{mapping!r} stands where an object is expected")
    return list(mapping.values())


def _added(counts: Mapping[str, int], more: Mapping[str, int], *, limit: int | None = None) -> dict[str, int]:
    found = dict(counts)
    for name, count in more.items():
        key = name if name in found or limit is None or len(found) < limit else _FURTHER
        found[key] = found.get(key, 0) + count
    return found
