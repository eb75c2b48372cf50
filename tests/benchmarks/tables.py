"""The README's tables, drawn from the results."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers.roster import ENTRIES, Entry, peers_of

PUBLISHED = tomllib.loads((Path(__file__).parent / "published.toml").read_text(encoding="utf-8"))["figure"]
_NOT_RUN, _NO_PART = "not run", "–"


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a task, under a heading."""

    task: str
    figure: str
    heading: str

    def value(self, row: Mapping[str, Any]) -> float:
        """Return the figure out of a result; costs are plain numbers, the rest have intervals."""
        found = row[self.figure]
        return float(found[0] if isinstance(found, list) else found)

    @property
    def best(self) -> Callable[[Iterable[float]], float]:
        """Return which of several is best: least for seconds and memory, else most."""
        return min if self.figure in {"fit_seconds", "peak_mb"} else max


def _both(task: str, short: str, first: str = "micro F1") -> tuple[Column, ...]:
    return Column(task, first.lower().replace(" ", "_"), f"{short}, {first}"), Column(task, "macro_f1", "macro F1")


def _costs(task: str, short: str) -> tuple[Column, ...]:
    return (
        Column(task, "fit_seconds", f"{short}, fit s"),
        Column(task, "articles_per_second", "articles/s"),
        Column(task, "peak_mb", "MB"),
    )


def _few(base: str, short: str, figure: str) -> tuple[Column, ...]:
    return tuple(Column(f"few_shot_{base}_{size}", figure, f"{short}, {size}") for size in (8, 16, 32))


GROUPS: Mapping[str, tuple[Column, ...]] = {
    "Topics of Reuters-21578": (
        *_both("reuters_r90", "R90"),
        *_both("reuters_r10", "R10"),
        *_both("reuters_all", "all documents"),
        *_costs("reuters_r90", "R90"),
    ),
    "Regions": (
        *_both("reuters_regions", "Reuters"),
        *_both("wcep_regions", "WCEP"),
        *_costs("reuters_regions", "Reuters"),
    ),
    "One theme an article": (
        *_both("wcep_themes", "WCEP", "accuracy"),
        *_both("allsides40", "AllSides", "accuracy"),
        *_both("bbc", "BBC", "accuracy"),
        *_costs("bbc", "BBC"),
    ),
    "8, 16 and 32 articles a label (micro F1 on R10, else accuracy)": (
        *_few("reuters_r10", "R10", "micro_f1"),
        *_few("bbc", "BBC", "accuracy"),
        *_few("allsides40", "AllSides", "accuracy"),
        Column("few_shot_reuters_r10_8", "fit_seconds", "R10 at 8, fit s"),
        Column("few_shot_bbc_8", "fit_seconds", "BBC at 8, fit s"),
    ),
}


def result_key(task: str, peer: str) -> str:
    """Return the key that a peer's result on a task has."""
    return f"{task}/{peer}"


#: The groups that the README shows.
README_GROUPS = ("Topics of Reuters-21578", "Regions")
_PAGE = """# Heads, beside what people pick instead

Each peer is trained and measured in a process of its own on the same articles; how each is run, commit, machine,
command and intervals: `results.json`. ±: half of the 95% interval, near-copies drawn together; ≈: the paired interval
does not tell it from newsclf; bold: best of the column. SetFit ran on an NVIDIA H200, 6 s a fit of BBC at 8 (newsclf
0.9; on two of its processor's cores 7.7 s, SetFit 425 s for 68% of its steps). `pytest tests/benchmarks -k test_tasks`
makes it anew.

"""


def heads_page(results: Mapping[str, Any]) -> str:
    """Draw the page of all tasks."""
    return _PAGE + peer_tables(results)


def peer_tables(results: Mapping[str, Any], groups: Sequence[str] = tuple(GROUPS)) -> str:
    """Draw one table for each group of tasks, the best of each column in bold, whoever has it.

    Peers and tasks that have never been run are left out, and counted below.
    """
    lines: list[str] = []
    for title, every in ((title, GROUPS[title]) for title in groups):
        columns = [c for c in every if any(results.get(result_key(c.task, entry.name)) for entry in ENTRIES)]
        if columns:
            lines += [*_table(title, columns, results), ""]
    lines += _never_run(results)
    reasons = sorted({f"{row['not_run']}" for row in results.values() if "not_run" in row})
    return "\n".join([*lines, *(f"Not run: {reason}." for reason in reasons)]).rstrip("\n") + "\n"


def _table(title: str, columns: Sequence[Column], results: Mapping[str, Any]) -> list[str]:
    rows = [entry for entry in ENTRIES if any(results.get(result_key(column.task, entry.name)) for column in columns)]
    published = [p for p in PUBLISHED if any((p["task"], p["figure"]) == (c.task, c.figure) for c in columns)]
    best = {column: _best(column, rows, results) for column in columns}
    head = [title, *(column.heading for column in columns)]
    body = [[entry.title, *(_cell(column, entry, results, best[column]) for column in columns)] for entry in rows]
    body += [[_source(p), *(_published_cell(column, p, best[column]) for column in columns)] for p in published]
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]


def _never_run(results: Mapping[str, Any]) -> list[str]:
    tasks = dict.fromkeys(column.task for columns in GROUPS.values() for column in columns)
    cells = [(task, entry) for task in tasks for entry in peers_of(task)]
    missing = [(task, entry.name) for task, entry in cells if not results.get(result_key(task, entry.name))]
    if not missing:
        return []
    whole = [task for task in tasks if all((task, entry.name) in missing for entry in peers_of(task))]
    return [
        f"Of {len(cells)} runs, {len(missing)} are still to be made; tasks without any: {', '.join(whole) or 'none'}."
    ]


def _best(column: Column, rows: Sequence[Entry], results: Mapping[str, Any]) -> float | None:
    found = [results.get(result_key(column.task, entry.name), {}) for entry in rows]
    values = [column.value(row) for row in found if column.figure in row]
    values += [p["value"] for p in PUBLISHED if (p["task"], p["figure"]) == (column.task, column.figure)]
    return column.best(values) if values else None


def _cell(column: Column, entry: Entry, results: Mapping[str, Any], best: float | None) -> str:
    row = results.get(result_key(column.task, entry.name), {})
    if column.figure not in row:
        return _NOT_RUN if entry in peers_of(column.task) else _NO_PART
    found = row[column.figure]
    value = column.value(row)
    if isinstance(found, list):
        shown = _bold(f"{value:.3f}", best=value == best)
        half = (found[2] - found[1]) / 2
        return shown + (f" ±{half:.3f}".replace("0.", ".") if half else "") + _even(row, column)
    return _bold(f"{value:,.1f}" if value < 10 else f"{value:,.0f}", best=value == best)


def _even(row: Mapping[str, Any], column: Column) -> str:
    """Mark a figure that the paired interval does not tell from newsclf's."""
    _, low, high = row.get("difference_to_newsclf", {}).get(column.figure, (0, 1, 1))
    return " ≈" if low <= 0 <= high else ""


def _published_cell(column: Column, figure: Mapping[str, Any], best: float | None) -> str:
    if (column.task, column.figure) != (figure["task"], figure["figure"]):
        return _NO_PART
    return _bold(f"{figure['value']:.3f}", best=figure["value"] == best)


def _source(figure: Mapping[str, Any]) -> str:
    return f"[{figure['system']}, published]({figure['url']})"


def _bold(text: str, *, best: bool) -> str:
    return f"**{text}**" if best else text


def unseen_table(results: Mapping[str, Any]) -> str:
    """Draw the figures of the built-in model on news that it has never seen."""
    lines = ["| data | what | n | figures |", "|---|---|---|---|"]
    for name, row in results.items():
        if not name.startswith("unseen_"):
            continue
        shown = {key: value for key, value in row.items() if isinstance(value, float)} | row.get(
            "average_precision", {}
        )
        figures = ", ".join(f"{key.replace('_', ' ')} {value:.3f}" for key, value in shown.items())
        what = name.removeprefix("unseen_").partition("_")[2]
        lines.append(f"| {row['data']}, {row['split']} | {what} | {row['n']:,} | {figures} |")
    return "\n".join(lines) + "\n"
