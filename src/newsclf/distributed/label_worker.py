"""What one process of the pool does: it loads the model once, then labels blocks of rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsclf.distributed.blocks import EXCERPT, FILE, REASON, ROW, RowFormat
from newsclf.distributed.worker_setup import WorkerSetup, settle, written_folder
from newsclf.json_text import whole_text
from newsclf.kept_columns import KeptColumns
from newsclf.label_types import label_types
from newsclf.reading.records import Reject
from newsclf.reading.rows import Row


class LabelWorker:
    """Labels Arrow tables of rows.

    Parameters
    ----------
    model
        In Ray's object store: the files of the model directory by their names, in a list so that they stay there
        until a worker asks.
    counter
        An actor that is told how many rows are done, or None.
    """

    def __init__(self, model: Sequence[Any], row_format: RowFormat, setup: WorkerSetup, counter: Any) -> None:
        self._claim = settle(setup)
        import ray

        from newsclf.inference import load
        from newsclf.row_labelling import RowLabeller

        with written_folder(ray.get(model[0])) as folder:
            self._labeller = RowLabeller(load(folder))
        self._format = row_format
        self._counter = counter

    def __call__(self, block: Any) -> Any:
        """Return the rows with the input's columns and ours, and of a reject the reason and how it begins."""
        import pyarrow

        read = self._format.rows(block)
        labelled = iter(self._labeller.label([row for row in read if isinstance(row, Row)]))
        answers = [row if isinstance(row, Reject) else next(labelled) for row in read]
        rejects = [answer if isinstance(answer, Reject) else None for answer in answers]
        columns = self._format.columns(block, read)
        kept = output_columns(self._labeller.columns, tuple(columns))
        ours = {
            FILE: block.column(FILE),
            ROW: block.column(ROW),
            **label_columns(self._labeller.columns, [None if isinstance(a, Reject) else a for a in answers]),
        }
        table = pyarrow.table(
            {kept.name(name): values for name, values in columns.items()}
            | ours
            | {
                REASON: pyarrow.array([reject and reject.reason for reject in rejects], pyarrow.string()),
                EXCERPT: pyarrow.array([reject and whole_text(reject.excerpt) for reject in rejects], pyarrow.string()),
            }
        )
        if self._counter is not None:
            self._counter.add.remote(table.num_rows)
        return table


def label_columns(names: Sequence[str], answers: Sequence[Mapping[str, Any] | None]) -> dict[str, Any]:
    """Return the columns that labelling adds, of the same types in every block, null where there is no answer.

    Parameters
    ----------
    names
        `RowLabeller.columns`.
    answers : length n
        What `RowLabeller.label` gave.
    """
    import pyarrow

    return {name: pyarrow.array([a and a[name] for a in answers], kind) for name, kind in label_types(names).items()}


def output_columns(added: Sequence[str], names: Sequence[str]) -> KeptColumns:
    """Return what names the input's columns beside those of labelling, and where a row stood.

    Raises
    ------
    DataError
        If a column has no name that is free.
    """
    return KeptColumns((FILE, ROW, *added), names)
