"""What commands show alike: progress, drawn from what long work says of itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from newsclf.progress import Progress


@contextmanager
def progress_bars(console: Console) -> Iterator[Progress]:
    """Give a callback that draws one bar a stage; what is no terminal gets a line as each stage ends."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    tasks: dict[str, TaskID] = {}
    ended: set[str] = set()
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)
            if done < total:
                ended.discard(stage)
            elif stage not in ended:  # some work says so again until all around it has ended, too
                ended.add(stage)
                if not console.is_terminal:
                    console.print(f"{stage}: {total:,} done")

        yield report


@contextmanager
def rate_bar(console: Console) -> Iterator[Callable[[int, float | None], None]]:
    """Give a callback that draws rows done, rows a second, and how much of the input is read, where that is known.

    What is no terminal gets nothing.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task("label", total=None)
        first: list[tuple[int, float]] = []

        def report(rows: int, share: float | None) -> None:
            now = perf_counter()
            if not first:  # the first chunk waits for the model, and may be what earlier runs have done
                first.append((rows, now))
            before, then = first[0]
            rate = f", {(rows - before) / (now - then):,.0f} a second" if rows > before else ""
            total = None if share is None else 1.0
            bars.update(task, description=f"label: {rows:,} rows{rate}", completed=share or 0.0, total=total)

        yield report
