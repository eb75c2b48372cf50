"""The page of topic models, drawn from the results."""

from collections.abc import Mapping, Sequence
from typing import Any

from topic_peers.roster import TOLD_LABELS, TOPIC_ENTRIES
from topic_sets import TOPIC_SETS

# Figure to heading, and whether most or least is best; nothing is best where there is no such thing.
_COLUMNS = {
    "topics": ("topics", None),
    "without_topic": ("without a topic", min),
    "npmi": ("NPMI", max),
    "npmi_without_stop_words": ("the same, no stop words", max),
    "c_v": ("C_v", max),
    "diversity": ("diversity", max),
    "ami": ("AMI", max),
    "nmi": ("NMI", max),
    "ari": ("ARI of seeds", max),
    "ari_with_topic": ("the same, with a topic", max),
    "fit_as_assigned": ("fit as assigned", max),
    "reloaded_as_before": ("reloaded", max),
    "alone_as_in_batch": ("alone", max),
    "first_fit_seconds": ("first fit s", min),
    "fit_seconds": ("later fits s", min),
    "peak_mb": ("MB", min),
}
_PLAIN = {"topics", "first_fit_seconds", "fit_seconds", "peak_mb"}
_HEAD = """\
# Topics, beside other topic models

Each model is fitted with five seeds on the same articles and, where it reads vectors, on the same ones, in a process of
its own; how each is run, commit, machine and command: `results.json`. Figures are means over the seeds, in bold the
best of a column among models that were not told how many labels there are. Models that cannot find out how many topics
there are get as many as newsclf found with seed 0.

- *without a topic*: share of articles; models that give each article its strongest topic leave none out.
- *NPMI*, *C_v*: whether the ten keywords of a topic stand together in the articles. Stop words do so everywhere, and
  have an NPMI about 0, which topics of a few articles do not reach; beside it without stop words, in articles and
  among keywords. *diversity*: share of distinct words among all keywords.
- *AMI*, *NMI*: mutual information with the known labels of the articles that have exactly one; articles without a topic
  are one cluster.
- *ARI of seeds*: adjusted Rand index of two fits, an article without a topic being a cluster of its own; beside it over
  the articles that have a topic in both. scikit-learn's NMF starts alike for every seed.
- Of the first model, shares of equal answers: for the articles of its *fit* and when asked again, before saving and
  *reloaded*, in a batch and *alone* (1,000 articles).
- *first fit s*: with what is imported and compiled in a fresh process, vectors given; *MB*: its peak memory. On Reuters
  and AllSides all but newsclf and BERTopic, as they find topics themselves, were timed beside other work.

`pytest tests/benchmarks -k topic` makes it anew.
"""
_STEADINESS = """\
## Steadiness, and articles that clustering left out

Five seeds, and five bootstraps of the articles, of which all are assigned then. *Rescued* are the articles that
HDBSCAN left out and that have a topic all the same: how many, their cosine to the topic, how far it is above that to
the next topic, and the chance that another article, one of the topic's clustered ones, has the same label."""
_GROWTH = """\
## Time and memory

Reuters-21578; past 10,000 articles vectors are drawn from these again, each turned by a random part (cosine to the
original 0.89), so figures for topics mean nothing there. Libraries are imported before the clock starts; words for the
diversity of keywords are not embedded."""


def topics_page(results: Mapping[str, Any]) -> str | None:
    """Draw a table for each set that a model has run on; None where there is none."""
    parts = []
    for name in TOPIC_SETS:
        rows = {entry.title: results.get(f"topics_{name}/{entry.name}", {}) for entry in TOPIC_ENTRIES}
        if any(rows.values()):
            parts.append(_table(rows))
    parts += [table for table in (_steadiness(results), _growth(results)) if table]
    return "\n\n".join([_HEAD.rstrip("\n"), *parts]) + "\n" if parts else None


def _steadiness(results: Mapping[str, Any]) -> str | None:
    rows = [row for name in TOPIC_SETS if (row := results.get(f"topics_{name}/steadiness"))]
    if not rows:
        return None
    head = (
        "newsclf, the steadiest of five runs",
        "topics",
        "ARI of seeds (lowest)",
        "ARI of bootstraps (lowest)",
        "without a topic",
        "clustered: cosine, same label",
        "rescued: share of those left out, cosine, margin, same label",
    )
    body = [
        (
            f"{row['data']}, {row['n']:,} articles",
            f"{row['topics']}",
            f"{row['ari']:.3f} ({row['lowest_ari']:.3f})",
            f"{row['bootstrap_ari']:.3f} ({row['lowest_bootstrap_ari']:.3f})",
            f"{row['without_topic']:.3f}",
            f"{row['clustered']['similarity']:.3f}, {row['clustered']['label_agreement']:.3f}",
            f"{row['rescued']['share_of_left_out']:.3f}, {row['rescued']['similarity']:.3f}, "
            f"{row['rescued']['margin']:.3f}, {row['rescued']['label_agreement']:.3f}",
        )
        for row in rows
    ]
    return _STEADINESS + "\n\n" + _markdown(head, body)


def _growth(results: Mapping[str, Any]) -> str | None:
    rows = sorted((row for key, row in results.items() if key.startswith("topics_growth/")), key=lambda row: row["n"])
    if not rows:
        return None
    head = ("articles", "topics", "cluster s", "assign s", "name s", "all s", "peak MB", "route")
    body = [
        (
            f"{row['n']:,}",
            f"{row['topics']}",
            *(f"{row['seconds'][step]:,.1f}" for step in ("cluster", "assign", "name", "all")),
            f"{row['peak_mb']:,}",
            row["route"],
        )
        for row in rows
    ]
    return _GROWTH + "\n\n" + _markdown(head, body)


def _markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body))


def _table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(row for row in rows.values() if row)
    head = [f"{first['data']}, {first['n']:,} articles", *(heading for heading, _ in _COLUMNS.values())]
    told = {entry.title for entry in TOLD_LABELS}
    best = {figure: _best(figure, [row for title, row in rows.items() if title not in told]) for figure in _COLUMNS}
    body = [
        [title, *(_cell(figure, row, None if title in told else best[figure]) for figure in _COLUMNS)]
        for title, row in rows.items()
    ]
    return _markdown(head, body)


def _best(figure: str, rows: Sequence[Mapping[str, Any]]) -> float | None:
    choose = _COLUMNS[figure][1]
    values = [row[figure] for row in rows if row.get(figure) is not None]
    return choose(values) if choose and values else None


def _cell(figure: str, row: Mapping[str, Any], best: float | None) -> str:
    if not row:
        return "not run"
    value = row.get(figure)
    if value is None:
        return "–"
    if figure in _PLAIN:
        shown = f"{value:,.1f}" if value < 10 and value != round(value) else f"{value:,.0f}"
    else:
        shown = f"{value:.3f}"
    return f"**{shown}**" if value == best else shown
