"""Label files of any size on a Ray cluster: blocks of rows in, parts of a Parquet table out."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsclf.distributed.cluster import Cluster, connected, import_ray
from newsclf.distributed.counting import counted
from newsclf.distributed.label_worker import LabelWorker
from newsclf.distributed.output_folder import OutputFolder, check_free, output_folder
from newsclf.distributed.scanning import Scan, scan
from newsclf.distributed.source_files import find_files
from newsclf.distributed.worker_setup import WorkerSetup, read_folder
from newsclf.errors import BundleError, ClusterError
from newsclf.progress import Progress, silent

if TYPE_CHECKING:
    from newsclf.distributed.part_sink import PartWritten

#: Text given to a worker at once: seconds of work, so that all end at about the same time and a kill costs little.
BLOCK_BYTES = 400_000
#: Rows that a part of the output has at least, but for the last: some tens of megabytes.
ROWS_PER_PART = 10_000
# Deaths of new workers in a row that are no accident any more: the model cannot be loaded.
_MAX_STILLBORN = 5
_BLOCKS_WAITING_PER_WORKER = 2
# A reader parses nothing: it feeds some hundred workers.
_WORKERS_PER_READER = 16


@dataclass(frozen=True, slots=True)
class RayLabelReport:
    """What a run has labelled.

    Parameters
    ----------
    labelled, rejected
        Rows; together all that the files have, and one for each file that could not be read at all.
    by_status
        Labelled rows by status.
    parts
        Files of the output table.
    skipped_files
        Files of the folder that hold no articles.
    """

    output: str
    labelled: int
    rejected: int
    by_status: Mapping[str, int]
    parts: int
    skipped_files: tuple[str, ...]
    seconds: float


def label_with_ray(
    model_directory: str | Path,
    source: str | Path,
    output: str | Path,
    *,
    cluster: Cluster | None = None,
    block_bytes: int = BLOCK_BYTES,
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
        Text given to a worker at once.
    progress
        Called with stage, rows done and rows in all, from a thread of its own.

    Raises
    ------
    DataError
        If there is nothing to label, or the output is taken.
    BundleError
        If the model directory is none.
    MissingExtraError, ConfigError, ClusterError
        See `connected`; ClusterError too if a row was lost, or workers write where this machine does not see it.
    """
    cluster = cluster or Cluster()
    start = time.perf_counter()
    model = _model_files(Path(model_directory))
    found = find_files(source)
    check_free(output)
    with connected(cluster) as workers, output_folder(output) as place:
        scanned = scan(found, block_bytes=block_bytes)
        with counted("label", scanned.rows, progress) as counter:
            pool = _Pool(model, WorkerSetup(cluster.threads_per_worker, cluster.pin), workers, counter)
            written = _label(scanned, place, pool, block_bytes=block_bytes) if scanned.rows else ()
        _check(scanned, written, place)
        place.write_rejects(scanned.unreadable)
        statuses: Counter[str] = sum((part.statuses for part in written), Counter())
        report = RayLabelReport(
            output=str(output),
            labelled=statuses.total(),
            rejected=sum(part.rejected for part in written) + len(scanned.unreadable),
            by_status=dict(statuses),
            parts=sum(bool(part.statuses) for part in written),
            skipped_files=found.skipped,
            seconds=round(time.perf_counter() - start, 3),
        )
        place.write_report(asdict(report))
    return report


@dataclass(frozen=True, slots=True)
class _Pool:
    """What the workers are made from, and how many there are."""

    model: Mapping[str, bytes]
    setup: WorkerSetup
    workers: int
    counter: Any


def _model_files(directory: Path) -> dict[str, bytes]:
    from newsclf.bundle import MANIFEST

    if not (directory / MANIFEST).is_file():
        raise BundleError(f"{directory} is not a model directory: it has no {MANIFEST}. Train one, or give another.")
    return read_folder(directory)


def _label(scanned: Scan, place: OutputFolder, pool: _Pool, *, block_bytes: int) -> tuple["PartWritten", ...]:
    """Run the pipeline: files, blocks of rows, labelled blocks, parts."""
    ray = import_ray()
    from ray.data import ActorPoolStrategy, DataContext, TaskPoolStrategy

    from newsclf.distributed.part_sink import PartSink

    def read(files: Any) -> Iterator[Any]:
        return scanned.format.blocks(files.column("file")[0].as_py())

    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.max_errored_blocks = 0
    context.max_consecutive_actor_init_deaths = _MAX_STILLBORN
    context.target_max_block_size = block_bytes
    # Readers and writers wait for disks; CPUs are for workers, which may have taken all there are.
    few = TaskPoolStrategy(size=min(len(scanned.files), 2 + pool.workers // _WORKERS_PER_READER))
    sink = PartSink(place.filesystem, place.path, rows_per_part=ROWS_PER_PART)
    model = ray.put(pool.model)
    with DataContext.current(context):
        files = ray.data.from_items([{"file": path} for path in scanned.files])
        blocks = files.map_batches(read, batch_size=1, batch_format="pyarrow", num_cpus=0, compute=few)
        # Ray Data replaces a worker that dies, and does its blocks again, without limit; a block that kills each worker
        # ends the run after half an hour in which nothing else is done.
        labelled = blocks.map_batches(
            LabelWorker,
            fn_constructor_args=([model], scanned.format, pool.setup, pool.counter),
            batch_size=None,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=pool.workers, max_tasks_in_flight_per_actor=_BLOCKS_WAITING_PER_WORKER),
            num_cpus=pool.setup.threads,
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
