"""Label files of any size on a Ray cluster: blocks of rows in, parts of a Parquet table out."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsclf.distributed.blocks import RowFormat
from newsclf.distributed.cluster import Cluster, connected, import_ray
from newsclf.distributed.counting import counted
from newsclf.distributed.label_worker import LabelWorker, output_columns
from newsclf.distributed.output_folder import OutputFolder, check_apart, check_free, output_folder
from newsclf.distributed.scanning import Scan, row_format, scan
from newsclf.distributed.source_files import find_files
from newsclf.distributed.worker_setup import WorkerSetup, read_folder
from newsclf.errors import ClusterError
from newsclf.progress import Progress, silent

if TYPE_CHECKING:
    from newsclf.distributed.part_sink import PartWritten

# Bytes of rows given to a worker at once: seconds of work, so that a kill costs little. Of small inputs each worker
# gets a number of blocks all the same, so that all end at about the same time.
_BLOCK_BYTES = 400_000
_SMALL_BLOCK_BYTES = 10_000
_BLOCKS_PER_WORKER = 16
# Rows that a part of the output has at least, but for the last: some tens of megabytes.
_ROWS_PER_PART = 10_000
# Times that a block is tried again in the same worker after an error, such as of a disk or for want of memory.
_TRIES_AGAIN = 2
# Deaths of new workers in a row that pass for accidents; more, and the model cannot be loaded where they are.
_MAX_STILLBORN = 2
_BLOCKS_WAITING_PER_WORKER = 2
# A reader parses nothing: it feeds some hundred workers.
_WORKERS_PER_READER = 16


@dataclass(frozen=True, slots=True)
class RayLabelReport:
    """What a run has labelled.

    Parameters
    ----------
    labelled, rejected
        Rows; together all that the files have, and one for each file that is none of its format.
    statuses
        Labelled rows by their status.
    truncated
        Rows whose text is longer than what the model's encoder reads of it.
    renamed
        Columns of the input that stand in the output under another name.
    parts
        Files of the output table.
    passed_over
        Files of the input that hold no articles.
    seconds
        What the run took, with reaching or starting the cluster.
    """

    output: str
    labelled: int
    rejected: int
    statuses: Mapping[str, int]
    truncated: int
    renamed: Mapping[str, str]
    parts: int
    passed_over: int
    seconds: float

    @property
    def articles_per_second(self) -> float:
        """All rows, by the seconds they took."""
        return (self.labelled + self.rejected) / max(self.seconds, 1e-9)


def label_with_ray(
    model_directory: str | Path,
    source: str | Path,
    output: str | Path,
    *,
    cluster: Cluster | None = None,
    block_bytes: int | None = None,
    progress: Progress = silent,
) -> RayLabelReport:
    """Label Parquet or JSON lines by Ray Data, one worker a process that loads the model once.

    Labels are those of one machine. A worker that fails or is killed is replaced, and what it was at is done again;
    each row is written once.

    Parameters
    ----------
    model_directory
        On this machine; it is sent to the workers.
    source
        A file or folder: ``.parquet``, ``.jsonl``, ``.jsonl.gz``. Like `output` a path that every machine sees, or an
        address such as ``s3://…``.
    output
        A folder that does not exist yet or is empty. Gets ``part-….parquet`` with the columns of the input and those
        of `RowLabeller`, ``_rejects/part-….jsonl`` with file, line, reason and excerpt of rows that are no article,
        and last ``_report.json``; without that, it is not whole. Rows are in no order: ``source_file`` and
        ``source_row``, counted from 1, say where each stood. An input column that is called as one of ours goes by
        ``input_<name>``. JSON objects, and columns that mix types, become strings.
    block_bytes
        Bytes of rows given to a worker at once; None for what suits the input.
    progress
        Called with stage, rows done and rows in all, from a thread of its own.

    Raises
    ------
    DataError
        If there is nothing to label, or it cannot be read; if a column of it has no place in the output; or if the
        output is taken, or in the input, where the next run would read it.
    BundleError
        If the model directory is none, or damaged.
    MissingExtraError, ConfigError, ClusterError
        See `connected`; ClusterError too if a row was lost, or workers write where this machine does not see it.
    """
    cluster = cluster or Cluster()
    start = time.perf_counter()
    model, added = _model_files(Path(model_directory))
    found = find_files(source)
    check_free(output)
    check_apart(source, output)
    with connected(cluster) as workers, output_folder(output) as place:
        scanned = scan(found)
        share = scanned.size // (workers * _BLOCKS_PER_WORKER)
        block_bytes = block_bytes or min(max(share, _SMALL_BLOCK_BYTES), _BLOCK_BYTES)
        with counted("label", scanned.rows, progress) as counter:
            rows = row_format(found, scanned, block_bytes=block_bytes)
            kept = output_columns(added, rows.names())  # says here, once, that a column has no place
            setup = WorkerSetup(cluster.threads_per_worker, cluster.pin)
            pool = _Pool((model, rows, setup, counter), workers, setup.threads)
            written = _label(scanned.files, place, pool, block_bytes=block_bytes) if scanned.rows else ()
        _check(scanned, written, place)
        place.write_rejects(scanned.unreadable)
        statuses: Counter[str] = sum((part.statuses for part in written), Counter())
        report = RayLabelReport(
            output=str(output),
            labelled=statuses.total(),
            rejected=sum(part.rejected for part in written) + len(scanned.unreadable),
            statuses=dict(statuses),
            # In the output of other models, a column of that name is the input's own.
            truncated=sum(part.truncated for part in written) if "truncated" in added else 0,
            renamed=dict(kept.renamed),
            parts=sum(bool(part.statuses) for part in written),
            passed_over=found.passed_over,
            seconds=round(time.perf_counter() - start, 3),
        )
        place.write_report(asdict(report))
    return report


@dataclass(frozen=True, slots=True)
class _Pool:
    """What each worker is made from (the model's files, the format of the rows, its setup, a counter); how many."""

    parts: tuple[Mapping[str, bytes], RowFormat, WorkerSetup, Any]
    workers: int
    threads: int


def _model_files(directory: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files of a model, and the columns that it adds."""
    from newsclf.bundle import read_bundle
    from newsclf.row_labelling import added_columns

    bundle = read_bundle(directory)  # what is wrong with it is said here, once, and before any worker starts
    return read_folder(directory), added_columns(bundle)


def _label(paths: Sequence[str], place: OutputFolder, pool: _Pool, *, block_bytes: int) -> tuple["PartWritten", ...]:
    """Run the pipeline: files, blocks of rows, labelled blocks, parts."""
    ray = import_ray()
    from ray.data import ActorPoolStrategy, DataContext, TaskPoolStrategy

    from newsclf.distributed.part_sink import PartSink

    model, rows, *rest = pool.parts

    def read(files: Any) -> Iterator[Any]:
        return rows.blocks(files.column("file")[0].as_py())

    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.max_errored_blocks = 0  # none is left out
    context.retried_map_errors = True
    context.max_map_retries = _TRIES_AGAIN
    context.max_consecutive_actor_init_deaths = _MAX_STILLBORN
    context.target_max_block_size = block_bytes
    # Readers and writers wait for disks; CPUs are for workers, which may have taken all there are.
    few = TaskPoolStrategy(size=min(len(paths), 2 + pool.workers // _WORKERS_PER_READER))
    sink = PartSink(place.filesystem, place.path, rows_per_part=_ROWS_PER_PART)
    with DataContext.current(context):
        files = ray.data.from_items([{"file": path} for path in paths])
        blocks = files.map_batches(read, batch_size=1, batch_format="pyarrow", num_cpus=0, compute=few)
        # Ray Data replaces a worker that dies, and does its blocks again, without limit; a block that kills each worker
        # ends the run after half an hour in which nothing else is done.
        labelled = blocks.map_batches(
            LabelWorker,
            fn_constructor_args=([ray.put(model)], rows, *rest),
            batch_size=None,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=pool.workers, max_tasks_in_flight_per_actor=_BLOCKS_WAITING_PER_WORKER),
            num_cpus=pool.threads,
        )
        labelled.write_datasink(sink, ray_remote_args={"num_cpus": 0}, concurrency=few.size)
    return sink.written


def _check(scanned: Scan, written: Sequence["PartWritten"], place: OutputFolder) -> None:
    """Raise ClusterError unless every row was written once, where this machine sees it."""
    rows = sum(part.statuses.total() + part.rejected for part in written)
    if rows != scanned.rows:
        raise ClusterError(
            f"The files have {scanned.rows:,} rows, and {rows:,} were written; nothing is kept. Run again."
        )
    if missing := place.missing([file for part in written for file in part.files]):
        raise ClusterError(
            f"{len(missing):,} files that workers wrote are not at {place.path} on this machine; give an output that "
            f"every machine of the cluster sees: a shared disk, or an address such as s3://…"
        )
