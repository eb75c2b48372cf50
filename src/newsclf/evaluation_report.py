"""Lay out figures as text that reads well in a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from newsclf.bootstrap import Interval
from newsclf.figures import FacetFigures

_WORST_SLICES = 3


def evaluation_text(facets: Mapping[str, FacetFigures], statuses: Mapping[str, float]) -> str:
    """Lay out the figures of every facet, and the shares of the statuses."""
    lines = [line for facet, figures in facets.items() for line in _facet(facet, figures)]
    if statuses:
        lines.append("status: " + ", ".join(f"{name} {share:.1%}" for name, share in statuses.items()))
    return "\n".join(lines)


def figure_with_interval(figures: Mapping[str, Any], name: str) -> str:
    """Return a figure as `FacetFigures` has it in ``metrics.json``, with its interval where it has one."""
    interval = figures.get("intervals", {}).get(name)
    return with_interval(figures[name], Interval(**interval) if interval else None)


def with_interval(value: float, interval: Interval | None) -> str:
    """Return a figure with its interval, where it has one."""
    return f"{value:.3f}" if interval is None else f"{value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def _facet(facet: str, figures: FacetFigures) -> Iterator[str]:
    unknown = f", {figures.unknown_labels:,} label assignments unknown to the model" if figures.unknown_labels else ""
    yield f"{facet}: {figures.articles:,} articles, {figures.labels:,} labels{unknown}"
    for name, value in _rows(figures):
        yield f"  {name:<34}{value}"


def _rows(figures: FacetFigures) -> Iterator[tuple[str, str]]:
    for name in ("micro_f1", "macro_f1", "accuracy"):
        value = getattr(figures, name)
        if value is not None:
            yield name.replace("_f1", " F1"), with_interval(value, figures.intervals.get(name))
    yield "weighted F1, samples F1", f"{figures.weighted_f1:.3f}, {figures.samples_f1:.3f}"
    yield "mean average precision, LRAP", f"{_or_dash(figures.mean_average_precision)}, {_or_dash(figures.lrap)}"
    yield "exactly right, no label given", f"{figures.subset_accuracy:.1%}, {figures.share_without_label:.1%}"
    yield "Hamming loss", f"{figures.hamming_loss:.4f}"
    calibration = figures.calibration
    yield "calibration error, Brier", f"{_or_dash(calibration.mean_ece)}, {calibration.mean_brier:.4f}"
    for status, row in figures.by_status.items():
        yield f"status {status}", f"{_part(row.articles, row.micro_f1)}, {row.share_wrong:.1%} with a wrong label"
    half = min(figures.risk_coverage.points, key=lambda point: abs(point.coverage - 0.5))
    surest = _part(round(half.coverage * figures.articles), half.micro_f1)
    yield "the surer half", f"{surest}, {half.share_wrong:.1%} with a wrong label"
    for part in sorted(figures.slices.shown, key=lambda part: part.micro_f1)[:_WORST_SLICES]:
        if part.micro_f1 < figures.micro_f1:
            yield f"weak: {part.by} {part.name}", _part(part.articles, part.micro_f1)


def _part(articles: int, micro_f1: float) -> str:
    return f"{articles:,} articles, micro F1 {micro_f1:.3f}"


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
