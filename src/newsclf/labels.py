"""Which labels of which facets can be learned from the training articles, and why others cannot."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsclf.arrays import IntArray
from newsclf.config import TrainConfig
from newsclf.errors import DataError
from newsclf.evaluation import labelled_rows
from newsclf.schema import FACET_COLUMNS, Article


@dataclass(frozen=True, slots=True)
class FacetPlan:
    """What a head will be fitted on.

    Parameters
    ----------
    rows
        Indices of the training articles that were labelled in the facet.
    counts
        Each label that gets a head to its training articles, in alphabetical order.
    too_few
        Labels that have fewer training articles than `TrainConfig.min_label_count`.
    measured
        How many test articles were labelled in the facet.
    """

    facet: str
    rows: IntArray
    counts: Mapping[str, int]
    too_few: Mapping[str, int]
    measured: int

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that get a head, in the order of its columns."""
        return tuple(self.counts)


def plan_facets(
    train: Sequence[Article], test: Sequence[Article], config: TrainConfig
) -> tuple[list[FacetPlan], dict[str, str]]:
    """Decide what can be learned and measured.

    Returns
    -------
    plans
        One for each facet that gets a head.
    without
        Facets that get none, with the reason.

    Raises
    ------
    DataError
        If a facet that was asked for, or every facet, has no label with enough articles, or none to measure on.
    """
    plans = [_plan(train, test, facet, config) for facet in config.facets or tuple(FACET_COLUMNS)]
    without = {plan.facet: _reason(plan, config) for plan in plans if not (plan.counts and plan.measured)}
    kept = [plan for plan in plans if plan.facet not in without]
    if without and (config.facets is not None or not kept):
        raise DataError(
            " ".join(f"No head can be fitted for {facet}: {reason}." for facet, reason in without.items())
            + " Add labelled articles, lower --min-label-count, or name other --facets."
        )
    return kept, without


def _plan(train: Sequence[Article], test: Sequence[Article], facet: str, config: TrainConfig) -> FacetPlan:
    rows = labelled_rows(train, facet, empty_labels=config.empty_labels)
    counts = Counter(label for i in rows for label in train[i].labels[facet])
    enough = {label: n for label, n in sorted(counts.items()) if n >= config.min_label_count}
    too_few = {label: n for label, n in sorted(counts.items()) if n < config.min_label_count}
    measured = len(labelled_rows(test, facet, empty_labels=config.empty_labels))
    return FacetPlan(facet, rows, enough, too_few, measured)


def _reason(plan: FacetPlan, config: TrainConfig) -> str:
    if plan.counts:
        return "no article on the test side is labelled in it, so that nothing could be measured"
    if not plan.too_few:
        return f"no training article has a label in the column {FACET_COLUMNS[plan.facet]!r}"
    shown = ", ".join(f"{label} ({n})" for label, n in list(plan.too_few.items())[:5])
    return f"every label has fewer than {config.min_label_count} training articles: {shown}"
