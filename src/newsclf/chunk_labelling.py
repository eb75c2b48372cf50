"""Label a chunk of rows, in this process or in one of many, up to the bytes that will be written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsclf.kept_columns import KeptColumns
from newsclf.labelled_formats import OutputForm
from newsclf.reading.records import Reject
from newsclf.reading.rejects import reject_lines
from newsclf.reading.rows import Row, UnreadRow


@dataclass(frozen=True, slots=True)
class LabelledChunk:
    """What becomes of a chunk of rows.

    Parameters
    ----------
    rows
        How many there were.
    body, rejects
        What to write, of the labelled rows and of the others.
    statuses
        Status to the rows that have it; they add up to the rows labelled.
    reasons
        Why rows were rejected, to how many.
    truncated
        Rows whose text is longer than what the encoder reads.
    renamed
        Columns of the input, with the names that they have in the output.
    """

    rows: int
    body: bytes
    rejects: bytes
    statuses: Mapping[str, int]
    reasons: Mapping[str, int]
    renamed: Mapping[str, str]
    truncated: int = 0


class ChunkLabeller:
    """A model, loaded once, that labels one chunk after the other.

    Parameters
    ----------
    directory
        Of the model.
    form
        Of the output.
    """

    def __init__(self, directory: Path, form: OutputForm) -> None:
        from newsclf.inference import load
        from newsclf.row_labelling import RowLabeller

        self._labeller = RowLabeller(load(directory))
        self._form = form
        self._kept = KeptColumns(self._labeller.columns, form.columns)

    def label(self, number: int, chunk: Sequence[UnreadRow]) -> LabelledChunk:
        """Read and label the rows of chunk `number`, counted from 0.

        Raises
        ------
        DataError
            If the columns of a row have no place in the output.
        """
        read = [unread() for unread in chunk]
        answers = iter(self._labeller.label([item for item in read if isinstance(item, Row)]))
        labelled: list[dict[str, Any]] = []
        rejects: list[Reject] = []
        statuses = Counter[str]()
        truncated = 0
        for item in read:
            answer = item if isinstance(item, Reject) else next(answers)
            if isinstance(answer, Reject):
                rejects.append(answer)
            elif isinstance(item, Row):
                labelled.append(self._kept.merged(item, answer))
                statuses[answer["status"]] += 1
                truncated += bool(answer.get("truncated"))
        return LabelledChunk(
            rows=len(chunk),
            body=self._form.pack(labelled, kept=self._kept, is_first=number == 0),
            rejects=reject_lines(rejects),
            statuses=statuses,
            reasons=Counter(reject.reason for reject in rejects),
            renamed=self._kept.renamed,
            truncated=truncated,
        )
