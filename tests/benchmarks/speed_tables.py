"""The page of speed, drawn from the results."""

from collections.abc import Mapping, Sequence
from typing import Any

from floors import read_floors
from peers.roster import Entry
from speed_figures import ratio_of
from speed_peers.roster import (
    BARE_PROCESSES,
    BARE_THREADS,
    COLD,
    NEWSCLF,
    NEWSCLF_STATIC,
    OURS,
    PLAIN_WINDOWS,
    SHORT,
    WHOLE,
)

Row = Mapping[str, Any]

#: Seconds of a cold `newsclf label --text` that are to be kept to on two cores.
COLD_LIMITS = {NEWSCLF.name: 6.0, NEWSCLF_STATIC.name: 1.5}
#: CPU milliseconds of an article without the encoder that are to be kept to.
STAGES_LIMIT_MS = 1.5
MEMORY_LIMIT_BYTES = 1.5e9
EXPONENT_LIMIT = 1.1
#: Memory that an article more costs training, between the two largest sizes.
TRAINING_KB_LIMIT = 65
#: Micro F1 that the static encoder may lose, and on what.
QUALITY_LIMIT = 0.01
_QUALITY = {
    "reuters_r90": "R90",
    "reuters_regions": "Reuters regions",
    "wcep_regions": "WCEP regions",
    "wcep_themes": "WCEP themes",
}
#: Tasks of the floors file that are measured here.
SPEED_TASKS = (
    "speed_whole_articles",
    "speed_250_words",
    "speed_first_prediction",
    "speed_stages",
    "speed_memory",
    "speed_growth",
    "speed_ray",
)

_HEAD = """\
# Speed and memory, beside other ways to label

Each run is in a process of its own; in the tables of rates, runs of all entries take turns. Articles a second are
medians, from a file of JSON lines to another, once everything is loaded (*load s*, with imports); in bold the best of a
column. *MB*: resident memory of all processes of an entry together, sampled, so that what they share counts for each.
How each entry is run, the rate of every run, commit and command: `results.json`.

`pytest tests/benchmarks -m speed` makes it anew."""
_RATES_NOTE = """\
newsclf gives themes, regions, countries, status and topic; others give themes, BERTopic topics, and the encoder alone
gives nothing. sentence-transformers + scikit-learn and SetFit read the first 256 tokens of a text; 250 words are about
330. All others read it whole. fastText and spaCy run on one core, all others on both: spaCy's `n_process=2` labels 0.6
times as many."""
_COLD_NOTE = """\
Seconds of a fresh process from its start to its end, for one headline of our own, files in the disk cache, and
newsclf's names of places in the user's: the first run ever collects them, some 0.6 s more."""
_STAGES_NOTE = "CPU milliseconds an article of 250 words, one thread, vectors given; *rest*: answers, columns and JSON."
_GROWTH_NOTE = """\
Of 250-word articles; where there are no more, the same with their words shuffled, which are no near-copies. Training
finds its vectors in the cache; what they cost is apart. One run of each size. Exponent k: seconds grow with n to the
power of k. *MB*: the most that all processes held together."""


def speed_page(results: Mapping[str, Any]) -> str | None:
    """Draw the page, machines with a GPU last; None where nothing has been measured."""
    machines = [_of(results, prefix) for prefix in ("speed/", "speed_gpu/")]
    lost = {title: _lost_by_static(results.get(f"{task}/{NEWSCLF_STATIC.name}")) for task, title in _QUALITY.items()}
    parts = [part for rows in machines if rows for part in _machine(rows, lost)]
    return "\n\n".join([_HEAD, *parts]) + "\n" if parts else None


def _of(results: Mapping[str, Any], prefix: str) -> dict[str, Row]:
    return {key.removeprefix(prefix): row for key, row in results.items() if key.startswith(prefix)}


def _lost_by_static(row: Row | None) -> float | None:
    """Return how much lower the static encoder's micro F1 is than MiniLM's."""
    return None if row is None else -float(row["difference_to_newsclf"]["micro_f1"][0])


def _machine(rows: Mapping[str, Row], lost: Mapping[str, float | None]) -> list[str]:
    facts = next((row["facts"] for row in rows.values() if "facts" in row), {})
    named = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if value is not None)
    heading = f"## {facts.get('gpu') or 'Without a GPU'}\n\nMachine: {named}."
    sections = [
        _asked(rows, lost),
        _rates("AllSides cut to 250 words", "short", SHORT, rows, note=_RATES_NOTE),
        _rates("newsclf in other ways, AllSides cut to 250 words", "ours", OURS, rows),
        _rates("AllSides as they are", "whole", WHOLE, rows),
        _cold(rows),
        _stages(rows),
        _memory(rows),
        _growth(rows),
        _ray(rows),
    ]
    return [heading, *filter(None, sections)]


def _asked(rows: Mapping[str, Row], lost: Mapping[str, float | None]) -> str:
    """Draw what is asked for beside what was found."""
    floors = {(floor.task, floor.figure): floor.least for floor in read_floors()}
    short, whole = _entries(rows, "short"), _entries(rows, "whole")
    bare = (BARE_PROCESSES.name, BARE_THREADS.name)
    found: list[tuple[str, str, str]] = []

    def least(title: str, task: str, figure: str, value: float | None) -> None:
        floor = floors[task, figure]
        is_missed = value is not None and value < floor
        found.append((title, f"at least {floor:.2f}", f"**{_plain(value)}, missed**" if is_missed else _plain(value)))

    def most(title: str, limit: float, value: float | None) -> None:
        is_missed = value is not None and value > limit
        found.append((title, f"at most {limit:,}", f"**{_plain(value)}, missed**" if is_missed else _plain(value)))

    over = "whole pipeline with MiniLM over"
    least(f"{over} the encoder alone", "speed_whole_articles", "over_encoder", ratio_of(whole, NEWSCLF.name, *bare))
    plain = ratio_of(whole, NEWSCLF.name, PLAIN_WINDOWS.name)
    least(f"{over} sentence-transformers and scikit-learn, same windows", "speed_whole_articles", "over_plain", plain)
    static = ratio_of(short, NEWSCLF_STATIC.name, NEWSCLF.name)
    least("static encoder over MiniLM, 250-word articles", "speed_250_words", "static_over_minilm", static)
    for title, value in lost.items():
        most(f"micro F1 that the static encoder loses to MiniLM, {title}", QUALITY_LIMIT, value)
    memory = rows.get("memory", {})
    labelled = f"MB while labelling {memory.get('n', 1_000_000):,} articles, static encoder"
    limit_mb, flat = round(MEMORY_LIMIT_BYTES / 1e6), ("speed_growth", "labelling_early_over_late")
    most(labelled, limit_mb, memory.get("peak_mb"))
    early = memory.get("early_over_late")
    least("the same, at a quarter of them over at the end", "speed_memory", "early_over_late", early)
    most("CPU ms an article without the encoder", STAGES_LIMIT_MS, rows.get("stages", {}).get("all_ms"))
    for entry in (NEWSCLF, NEWSCLF_STATIC):
        growth, cold = rows.get(f"growth/{entry.name}", {}), rows.get(f"first/{entry.name}", {})
        for what in ("training", "labelling"):
            most(f"growth of {what}, {entry.title}", EXPONENT_LIMIT, growth.get(f"{what}_exponent"))
        most(f"kB that an article more takes in training, {entry.title}", TRAINING_KB_LIMIT, growth.get("training_kb"))
        most(f"MB while labelling, {entry.title}", limit_mb, growth.get("labelling_peak_mb"))
        early = growth.get("labelling_early_over_late")
        least(f"the same, for a third of the articles over all, {entry.title}", *flat, early)
        most(f"first prediction s, {entry.title}", COLD_LIMITS[entry.name], cold.get("seconds"))
        ray = rows.get(f"ray/{entry.name}", {}).get("two_over_one")
        if ray is not None or entry is NEWSCLF:
            least(f"two Ray workers over one, {entry.title}", "speed_ray", "two_over_one", ray)
    return "### Asked and found\n\n" + markdown(("figure", "asked", "found"), found)


def _rates(title: str, part: str, entries: Sequence[Entry], rows: Mapping[str, Row], *, note: str = "") -> str | None:
    shown = [(entry, row) for entry in entries if (row := rows.get(f"{part}/{entry.name}"))]
    if not shown:
        return None
    head = (title, "articles", "articles/s", "over newsclf", "load s", "MB")
    order = {"articles_per_second": max, "over_newsclf": max, "load_seconds": min, "peak_mb": min}
    # The encoder alone labels nothing: it takes no part in being best.
    labelling = [row for entry, row in shown if entry not in (BARE_PROCESSES, BARE_THREADS)]
    best = {key: _best(key, labelling, choose) for key, choose in order.items()}
    body = [
        (
            entry.title,
            *(
                ["not run"] * 5
                if "not_run" in row
                else [f"{row['n']:,}", *(_cell(key, row, best[key]) for key in order)]
            ),
        )
        for entry, row in shown
    ]
    return "\n\n".join(filter(None, [f"### {title}", note, markdown(head, body)]))


def _cold(rows: Mapping[str, Row]) -> str | None:
    shown = [(entry, row) for entry in COLD if (row := rows.get(f"first/{entry.name}"))]
    if not shown:
        return None
    best = _best("seconds", [row for _, row in shown], min)
    body = [(entry.title, "not run" if "not_run" in row else _cell("seconds", row, best)) for entry, row in shown]
    return f"### First prediction\n\n{_COLD_NOTE}\n\n" + markdown(("one headline", "s"), body)


def _stages(rows: Mapping[str, Row]) -> str | None:
    row = rows.get("stages")
    if not row:
        return None
    body = [(stage, f"{value:.3f}") for stage, value in row["ms"]]
    body.append(("all", f"{row['all_ms']:.3f}"))
    return f"### Without the encoder\n\n{_STAGES_NOTE}\n\n" + markdown((f"{row['n']:,} articles", "ms"), body)


def _memory(rows: Mapping[str, Row]) -> str | None:
    row = rows.get("memory")
    if not row:
        return None
    head = (f"peak until so much of {row['n']:,} articles", *(share for share, _ in row["peaks_mb"]))
    body = [("MB, all processes", *(f"{value:,}" for _, value in row["peaks_mb"]))]
    return "### Memory while labelling, static encoder\n\n" + markdown(head, body)


def _growth(rows: Mapping[str, Row]) -> str | None:
    tables = [
        _growth_table(entry.title, row)
        for entry in (NEWSCLF, NEWSCLF_STATIC)
        if (row := rows.get(f"growth/{entry.name}"))
    ]
    return "\n\n".join([f"### Growth\n\n{_GROWTH_NOTE}", *tables]) if tables else None


def _growth_table(title: str, row: Row) -> str:
    head = (f"{title}, s", *(f"{n:,}" for n in row["sizes"]), "k")
    body = [
        (stage, *(f"{value:,.1f}" for value in seconds), _plain(row["exponents"].get(stage)))
        for stage, seconds in row["seconds"]
    ]
    body += [(f"{what}, MB", *(f"{value:,}" for value in peaks), "") for what, peaks in row.get("peak_mb", ())]
    return markdown(head, body)


def _ray(rows: Mapping[str, Row]) -> str | None:
    shown = [(entry, row) for entry in (NEWSCLF, NEWSCLF_STATIC) if (row := rows.get(f"ray/{entry.name}"))]
    if not shown:
        return None
    head = (
        "Ray workers, each on a core of its own",
        "articles",
        "one: articles/s",
        "two",
        "ratio",
        "without the start",
    )
    body = [
        (
            entry.title,
            f"{row['n']:,}",
            _plain(row["one"]),
            _plain(row["two"]),
            _plain(row["two_over_one"]),
            _plain(row["steady_two_over_one"]),
        )
        for entry, row in shown
    ]
    return "### Ray\n\n" + markdown(head, body)


def _entries(rows: Mapping[str, Row], part: str) -> dict[str, Row]:
    return _of(rows, f"{part}/")


def _best(key: str, rows: Sequence[Row], choose: Any) -> float | None:
    values = [row[key] for row in rows if row.get(key) is not None]
    return choose(values) if values else None


def _cell(key: str, row: Row, best: float | None) -> str:
    value = row.get(key)
    return f"**{_plain(value)}**" if value is not None and value == best else _plain(value)


def _plain(value: float | None) -> str:
    if value is None:
        return "–"
    if abs(value) < 0.1 and value:
        return f"{value:.4f}"
    if value >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 10 else f"{value:.2f}"


def markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Draw a table."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body))
