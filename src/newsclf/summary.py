"""The closing table of a training run."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from newsclf.bundle import bundle_size
from newsclf.evaluation_report import figure_with_interval
from newsclf.inference import NewsClassifier
from newsclf.reading import Reject

_LABELS_SHOWN = 40
_TOPICS_SHOWN = 20


def training_summary(model: NewsClassifier, directory: Path, rejects: Sequence[Reject]) -> RenderableType:
    """Lay out what was read, what was learned, how good it is, and what it cost."""
    return Group(
        _articles(model, rejects),
        _labels(model),
        *_notes(model),
        _figures(model),
        *_cascade(model),
        _topics(model),
        _cost(model, directory),
    )


def _articles(model: NewsClassifier, rejects: Sequence[Reject]) -> Table:
    counts = model.metrics["articles"]
    table = _table("Articles", "", "count")
    rows: list[tuple[str, Any]] = [
        ("read", counts["read"]),
        (f"to learn from (split: {counts['split']})", counts["train"]),
        ("to measure on", counts["test"]),
        ("left out: neither train nor test, or no date or source", counts["left_out"]),
        (f"near-copies of test articles, {counts['near_copies_handling']}", counts["near_copies"]),
        ("embedded in this run, the others from the cache", model.bundle.manifest["embedded"]),
    ]
    if counts["truncated"]:
        windows = model.bundle.manifest["encoder"]["max_windows"]
        each = "each that is embedded" if "second_encoder" in model.bundle.manifest else "each"
        rows.append((f"longer than the {windows} windows that are read of {each}", counts["truncated"]))
    reasons = Counter(reject.reason for reject in rejects)
    rows += [(f"skipped: {reason}", n) for reason, n in reasons.most_common(10)]
    if len(reasons) > 10:
        rows.append(("skipped for other reasons", sum(reasons.values()) - sum(n for _, n in reasons.most_common(10))))
    for name, count in rows:
        table.add_row(escape(name), f"{count:,}")
    return table


def _labels(model: NewsClassifier) -> Table:
    table = _table("Labels", "facet", "label", "train", "test", "F1")
    for facet, figures in model.metrics["facets"].items():
        common = sorted(figures["labels"].items(), key=lambda item: -item[1]["train"])
        for label, row in common[:_LABELS_SHOWN]:
            f1 = f"{row['f1']:.3f}" if row["test"] else "-"
            table.add_row(facet, escape(label), f"{row['train']:,}", f"{row['test']:,}", f1)
        if len(common) > _LABELS_SHOWN:
            table.add_row(facet, f"and {len(common) - _LABELS_SHOWN} rarer ones, see metrics.json", "", "", "")
    return table


def _notes(model: NewsClassifier) -> list[Text]:
    """Say which labels and facets could not be learned, and why."""
    notes = [f"No head for {facet}: {reason}." for facet, reason in model.metrics["facets_without_head"].items()]
    minimum = model.bundle.manifest["config"]["min_label_count"]
    for facet, figures in model.metrics["facets"].items():
        few = figures["too_few"]
        if few:
            shown = ", ".join(f"{label} ({n})" for label, n in list(few.items())[:10])
            more = f" and {len(few) - 10} more" if len(few) > 10 else ""
            notes.append(f"{facet}: {len(few)} labels have fewer than {minimum} training articles: {shown}{more}.")
    for facet, unknown in model.metrics["labels_not_in_taxonomy"].items():
        shown = ", ".join(f"{label} ({n})" for label, n in list(unknown.items())[:10])
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        notes.append(f"{facet}: {len(unknown)} labels are not in the taxonomy and stay as they are: {shown}{more}.")
    return [Text(note, style="yellow") for note in notes]


def _figures(model: NewsClassifier) -> Table:
    table = _table("Held-out figures", "facet", "", "articles", "micro F1 (95%)", "macro F1 (95%)")
    for facet, figures in model.metrics["facets"].items():
        for key, name in (("test", "newsclf"), ("majority", "majority"), ("tfidf_linear_svc", "TF-IDF + LinearSVC")):
            row = figures[key]
            shown = (figure_with_interval(row, figure) for figure in ("micro_f1", "macro_f1"))
            table.add_row(facet, name, f"{row['articles']:,}", *shown)
    return table


def _cascade(model: NewsClassifier) -> list[Table]:
    """Say what a cascade wins and costs, where the model is one."""
    figures = model.metrics.get("cascade")
    if figures is None:
        return []
    table = _table("Cascade", "facet", "micro F1")
    for facet, f1 in figures["micro_f1"].items():
        table.add_row(facet, f"{f1['cascade']:.3f}; {f1['first']:.3f} static alone, {f1['second']:.3f} all embedded")
    table.add_row("test articles embedded", f"{figures['share_embedded']:.1%} ({figures['share_wanted']:.0%} wanted)")
    return [table]


def _topics(model: NewsClassifier) -> Table:
    figures = model.metrics["topics"]
    table = _table("Topics", "", "")
    table.add_row("found", f"{figures['found']} ({figures['route']})")
    if figures["found"]:
        rescued = figures["rescued"]
        table.add_row("training articles without a topic", f"{figures['train_share_without_topic']:.1%}")
        table.add_row("test articles without a topic", f"{figures['share_without_topic']:.1%}")
        if rescued["articles"]:
            table.add_row(
                "left out by clustering, given the nearest topic",
                f"{rescued['articles']:,}, cosine to it {rescued['similarity']:.2f} "
                f"({figures['clustered']['similarity']:.2f} of those clustered)",
            )
    if steady := figures["stability"]:
        table.add_row(
            f"likeness (ARI) of runs with {steady['seeds']} seeds",
            f"{steady['ari']:.2f}, at least {steady['lowest_ari']:.2f}; kept: seed {steady['kept_seed']}",
        )
        if steady["bootstraps"]:
            table.add_row(
                f"likeness of topics from {steady['bootstraps']} bootstraps",
                f"{steady['bootstrap_ari']:.2f}, at least {steady['lowest_bootstrap_ari']:.2f}",
            )
    largest = sorted(figures.get("topics", ()), key=lambda row: -row["size"])
    for row in largest[:_TOPICS_SHOWN]:
        table.add_row(escape(row["name"]), f"{row['size']:,} articles")
    if figures["found"] > _TOPICS_SHOWN:
        table.add_row(f"and {figures['found'] - _TOPICS_SHOWN} smaller ones", "see the model card")
    return table


def _cost(model: NewsClassifier, directory: Path) -> Table:
    table = _table("Time and size", "", "")
    for stage, seconds in model.bundle.manifest["seconds"].items():
        table.add_row(f"seconds to {stage}", f"{seconds:.1f}")
    table.add_row("size of the model", f"{bundle_size(directory) / 1e6:.1f} MB")
    table.add_row("saved in", escape(str(directory)))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        is_number = column in {"count", "train", "test", "F1", "articles", "micro F1 (95%)", "macro F1 (95%)"}
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    return table
