"""Figures of speed, worked out of seconds: rates and their medians, ratios, and how seconds grow with articles."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Timing:
    """One run of an entry.

    Parameters
    ----------
    seconds
        From the file to the labelled file, once everything is loaded.
    load_seconds
        What loading took before.
    peak_bytes
        Of all its processes together.
    """

    articles: int
    seconds: float
    load_seconds: float
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.articles / self.seconds


def rate_figures(timings: Sequence[Timing], *, newsclf: Sequence[Timing] = ()) -> dict[str, Any]:
    """Return the medians of an entry's runs, and the ratio to those of newsclf where it has run."""
    rate = statistics.median(timing.rate for timing in timings)
    figures = {
        "articles_per_second": _rounded(rate),
        "rates": [_rounded(timing.rate) for timing in timings],
        "runs": len(timings),
        "load_seconds": round(statistics.median(timing.load_seconds for timing in timings), 2),
        "peak_mb": round(max(timing.peak_bytes for timing in timings) / 1e6),
    }
    if newsclf:
        figures["over_newsclf"] = _rounded(rate / statistics.median(timing.rate for timing in newsclf))
    return figures


def ratio_of(rows: Mapping[str, Mapping[str, Any]], entry: str, *others: str) -> float | None:
    """Return an entry's rate over the best of the others; None where one has not run."""
    rates = [rows.get(name, {}).get("articles_per_second") for name in (entry, *others)]
    if any(rate is None for rate in rates):
        return None
    return float(rates[0] / max(rates[1:]))


def growth_exponent(articles: Sequence[int], seconds: Sequence[float]) -> float:
    """Return k of seconds that grow with articles to the power of k: least squares of their logarithms."""
    slope, _ = np.polyfit(np.log(articles), np.log(seconds), 1)
    return float(slope)


def _rounded(value: float) -> float:
    """Keep three digits, so that slow and fast entries are told as exactly."""
    return float(f"{value:.3g}") if value < 100 else round(value)
