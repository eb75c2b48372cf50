"""Label files of any size on one machine: a few chunks in memory, and a journal to go on from after a kill."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from newsclf.errors import BundleError, ConfigError, WorkerError
from newsclf.label_journal import Journal, identity
from newsclf.label_places import STREAM, Places
from newsclf.labelled_files import LabelledFiles
from newsclf.labelling_task import LabellingTask
from newsclf.reading.sources import RowSource

#: Called after each chunk with the rows done, and the share of the input that has been read, in 0..1, where known.
LabelProgress = Callable[[int, float | None], None]

_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class LabellingReport:
    """What a run of labelling has done.

    Parameters
    ----------
    labelled, rejected
        Rows of the input that are in the output, and rows that are among the rejects, of this run and of those that
        it went on from.
    statuses, reasons
        The same rows by their status, and by why they were rejected.
    truncated
        Rows whose text is longer than what the model's encoder reads of it.
    renamed
        Columns of the input that stand in the output under another name.
    passed_over
        Files of the input that hold no articles.
    resumed_from
        Rows that were done before this run.
    seconds
        What this run took, with loading the model.
    output, rejects
        Where the rows are; None for standard output, and where rejects were not kept.
    """

    labelled: int
    rejected: int
    statuses: Mapping[str, int]
    reasons: Mapping[str, int]
    truncated: int
    renamed: Mapping[str, str]
    passed_over: int
    resumed_from: int
    seconds: float
    output: Path | None
    rejects: Path | None

    @property
    def articles_per_second(self) -> float:
        """The rows of this run, by the seconds it took."""
        return (self.labelled + self.rejected - self.resumed_from) / max(self.seconds, 1e-9)


def label_file(  # noqa: PLR0913 - one argument for each thing that can be said of a run
    model: str | Path,
    source: str | Path,
    output: str | Path,
    *,
    rejects: str | Path | None = None,
    workers: int | None = None,
    rows_at_once: int = _ROWS_AT_ONCE,
    restart: bool = False,
    overwrite: bool = False,
    progress: LabelProgress | None = None,
) -> LabellingReport:
    """Label the rows of a file or folder, and write them with their columns and their labels, in their order.

    The input is read a chunk at a time, and memory does not grow with it. A run that was ended leaves
    ``<output>.part``, ``<rejects>.part`` and ``<output>.journal.json``; called again with the same arguments it goes
    on, and the output is the same as of a run that was not. Streams have no journal; of a stream to a file that was
    ended, ``<output>.part`` stays.

    Parameters
    ----------
    model
        A model directory.
    source
        As for `read_articles`, or ``"-"`` for JSON lines from standard input, which are labelled as they arrive.
    output
        A file in ``.jsonl``, ``.jsonl.gz``, ``.csv`` or ``.parquet``, or ``"-"`` for JSON lines to standard output.
        To the input's columns are added those of the model's facets (``themes``, ``regions``), ``countries``,
        ``topic``, ``topic_id``, ``status`` and ``scores``, and ``truncated`` if the model was trained with
        ``max_windows``; a column of the input that is called like one of these
        becomes ``input_themes`` and so on.
    rejects
        Where rows that hold no article go, as JSON lines with file, line, reason and excerpt; by default
        ``<output>.rejects.jsonl``, and nowhere for standard output.
    workers
        Processes that label, each with the model in memory; by default one a core, and from standard input to
        standard output this process alone. One, or an input of one chunk, starts none.
    rows_at_once
        Rows of a chunk at most: what a kill loses, for each worker twice. Long rows make chunks of fewer.
    restart
        Whether to begin anew where an earlier run was ended.
    overwrite
        Whether a file at the place of the output, or of `rejects`, may be replaced.

    Raises
    ------
    DataError
        If the input cannot be read, its columns have no place in the output, or the files of the run would be in
        the way of each other or of the input.
    UnfinishedError
        If the output is there already, another run is writing it, or a run that was ended had another input,
        model, options or version of newsclf.
    WorkerError
        If a worker dies; what was written stays, and the same call goes on.
    BundleError
        If the model cannot be loaded.
    """
    start = time.perf_counter()
    if rows_at_once < 1 or (workers is not None and workers < 1):
        raise ConfigError(f"rows_at_once is {rows_at_once} and workers is {workers}; give numbers from 1.")
    places = Places.of(source, output, rejects)
    task = LabellingTask(
        _model_directory(model),
        _source(source),
        places.ending,
        rows_at_once,
        is_live=str(source) == str(output) == STREAM,
    )
    places.check(None if task.source is None else task.source.path)
    files = LabelledFiles(places, _made_from(task, places))
    with closing(files):
        before = files.begin(restart=restart, overwrite=overwrite)
        if not before.is_finished:
            try:
                _label(task, files, before, workers, progress)
            except WorkerError as error:
                raise WorkerError(f"{error} {places.what_is_left()}") from error
        files.finish()
    return _report(before, files.journal, places, task.source, seconds=time.perf_counter() - start)


def _label(
    task: LabellingTask, files: LabelledFiles, before: Journal, workers: int | None, progress: LabelProgress | None
) -> None:
    with closing(task.labelled(before, workers)) as chunks:
        for chunk in chunks:
            rows = files.add(chunk).rows
            if progress is not None:
                progress(rows, None if task.source is None else task.source.share_read)


def _model_directory(model: str | Path) -> Path:
    directory = Path(model)
    if not (directory / "manifest.json").is_file():
        raise BundleError(f"{directory} is not a model directory: it has no manifest.json. Give another --model.")
    return directory.resolve()


def _source(source: str | Path) -> RowSource | None:
    return None if str(source) == STREAM else RowSource(source)


def _made_from(task: LabellingTask, places: Places) -> Mapping[str, str]:
    if task.source is None:
        return {"the path of the input": "standard input"}
    if not places.is_resumable:
        return {}
    rejects = places.rejects and places.rejects.resolve()
    return identity(task.source, task.model, rows_at_once=task.rows_at_once, rejects=rejects)


def _report(
    before: Journal, after: Journal, places: Places, source: RowSource | None, *, seconds: float
) -> LabellingReport:
    return LabellingReport(
        labelled=after.labelled,
        rejected=after.rejected,
        statuses=after.statuses,
        reasons=after.reasons,
        truncated=after.truncated,
        renamed=after.renamed,
        passed_over=0 if source is None else len(source.skipped_files),
        resumed_from=before.rows,
        seconds=seconds,
        output=places.output,
        rejects=places.rejects,
    )
