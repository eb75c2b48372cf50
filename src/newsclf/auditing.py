"""Find labels of articles that look wrong, by what models that had not seen the article say of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from newsclf.arrays import BoolMatrix, FloatArray
from newsclf.config import TrainConfig
from newsclf.encoders import Encoder, load_encoder
from newsclf.errors import MissingExtraError
from newsclf.evaluation import target_matrix
from newsclf.fitting import LearningSide, check_articles, configured_taxonomy, embed_articles, fit_heads, learn_words
from newsclf.labels import FacetPlan, plan_facets
from newsclf.near_copies import near_copy_groups
from newsclf.progress import Progress, silent
from newsclf.schema import Article

IssueKind = Literal["surplus", "missing"]

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LabelIssue:
    """A label that an article carries and should not, or lacks and should carry.

    Parameters
    ----------
    article
        Index into the articles given.
    kind
        ``"surplus"``: the article carries the label. ``"missing"``: it does not.
    score
        The probability, in 0..1, that the article is right as it is: near 0, the label looks wrong.
    given
        The article's labels in the facet.
    suggested
        The same with every issue of the article in this facet put right.
    """

    article: int
    id: str
    title: str
    facet: str
    label: str
    kind: IssueKind
    score: float
    given: tuple[str, ...]
    suggested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelAudit:
    """Labels that look wrong, worst first, and what could be looked at.

    Parameters
    ----------
    articles
        How many were given.
    audited
        Facet to the number of articles labelled in it, each of which was looked at.
    not_audited
        Facet to labels that could not be judged, with their articles: fewer than `TrainConfig.min_label_count`, or
        all of them near-copies of each other, or no article without the label.
    facets_not_audited
        Facets without a label that could be, with the reason.
    """

    issues: tuple[LabelIssue, ...]
    articles: int
    audited: Mapping[str, int]
    not_audited: Mapping[str, Mapping[str, int]]
    facets_not_audited: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, dicts, strings and numbers, ready for JSON."""
        issues = [
            asdict(issue) | {"given": list(issue.given), "suggested": list(issue.suggested)} for issue in self.issues
        ]
        return {
            "articles": self.articles,
            "audited": dict(self.audited),
            "not_audited": {facet: dict(labels) for facet, labels in self.not_audited.items()},
            "facets_not_audited": dict(self.facets_not_audited),
            "issues": issues,
        }

    def __str__(self) -> str:
        facets = ", ".join(f"{facet} {n:,}" for facet, n in self.audited.items())
        lines = [f"{len(self.issues):,} labels look wrong; articles looked at: {facets}"]
        if self.issues:
            lines.append(_line("score", "what", "facet", "label", "article"))
        for issue in self.issues[:_SHOWN]:
            name = issue.title or issue.id or str(issue.article)
            lines.append(_line(f"{issue.score:.3f}", issue.kind, issue.facet, issue.label, name))
        if len(self.issues) > _SHOWN:
            lines.append(f"and {len(self.issues) - _SHOWN:,} that look less wrong")
        return "\n".join(lines)


def audit(
    articles: Sequence[Article],
    config: TrainConfig | None = None,
    *,
    encoder: Encoder | None = None,
    progress: Progress = silent,
) -> LabelAudit:
    """Find labels that look wrong, by confident learning on folds that never part near-copies.

    Which labels look wrong is what cleanlab says of each label for itself (Northcutt, Jiang and Chuang, "Confident
    learning", 2021), how wrong the probability of the label as it is (Thyagarajan et al., "Identifying incorrect
    annotations in multi-label classification data", 2022). The probabilities are those that `newsclf.train` fits
    cuts on, here with all articles, whatever their split.

    Parameters
    ----------
    articles
        At least 5; those without labels in a facet only lend it their words.
    config
        The options that `newsclf.train` would get; those of splits, topics and the cascade play no part.
    encoder
        Stands in for the one that `config.encoder` names.
    progress
        Called with stage, units done and units in all.

    Returns
    -------
    LabelAudit
        One seed gives one result. Labels are named as the taxonomy has them.

    Raises
    ------
    MissingExtraError
        If cleanlab is not installed.
    DataError
        If there are too few articles or labels.
    LabelLeakError
        If texts still show the labels that are to be predicted from them.
    EncoderError
        If the encoder cannot be loaded.
    """
    _check_extra()
    config = config or TrainConfig()
    taxonomy = configured_taxonomy(config)
    cleaned = check_articles(articles, taxonomy, jobs=config.jobs, progress=progress).articles
    plans, without = plan_facets(cleaned, cleaned, config)
    groups = near_copy_groups([article.content for article in cleaned], jobs=config.jobs, progress=progress)
    encoder = encoder or load_encoder(config.encoder, config.max_windows)
    vectors, _ = embed_articles(cleaned, encoder, config, progress=progress)
    side = LearningSide(cleaned, vectors, groups, taxonomy, encoder)
    words = learn_words(side, jobs=config.jobs, progress=progress)
    heads = fit_heads(side, words, plans, config, progress=progress)
    issues: list[LabelIssue] = []
    not_audited: dict[str, dict[str, int]] = {}
    for plan in plans:
        held_out = heads[plan.facet].held_out
        judged = np.flatnonzero(~np.isnan(held_out).any(axis=0))
        names = [plan.labels[j] for j in judged.tolist()]
        issues += _facet_issues(cleaned, plan, names, held_out[:, judged])
        others = {label: n for label, n in plan.counts.items() if label not in names}
        not_audited[plan.facet] = dict(plan.too_few) | others
    return LabelAudit(
        issues=tuple(sorted(issues, key=lambda issue: issue.score)),
        articles=len(articles),
        audited={plan.facet: len(plan.rows) for plan in plans},
        not_audited=not_audited,
        facets_not_audited=without,
    )


def _line(*cells: str) -> str:
    score, kind, facet, label, name = cells
    return f"{score:<5}  {kind:<7}  {facet:<7}  {label:<30.30}  {name:.60}".rstrip()


def _check_extra() -> None:
    """Stop before minutes of work where cleanlab is missing."""
    try:
        import cleanlab.multilabel_classification  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "Labels are audited with cleanlab, which is missing: pip install 'newsclf[audit]'"
        ) from error


def _facet_issues(
    articles: Sequence[Article], plan: FacetPlan, labels: Sequence[str], probabilities: FloatArray
) -> Iterator[LabelIssue]:
    """Yield the issues of a facet; (n, k) probabilities of the plan's n articles and of k labels."""
    if not labels:
        return
    targets = target_matrix([articles[i] for i in plan.rows], plan.facet, labels)
    looks_wrong, quality = _judge(targets, probabilities)
    for row, i in enumerate(plan.rows.tolist()):
        article = articles[i]
        given = article.labels[plan.facet]
        scores = {labels[j]: float(quality[row, j]) for j in np.flatnonzero(looks_wrong[row]).tolist()}
        suggested = tuple(label for label in (*given, *scores) if (label in given) != (label in scores))
        for label, score in scores.items():
            yield LabelIssue(
                article=i,
                id=article.id,
                title=article.title,
                facet=plan.facet,
                label=label,
                kind="surplus" if label in given else "missing",
                score=score,
                given=given,
                suggested=suggested,
            )


def _judge(targets: BoolMatrix, probabilities: FloatArray) -> tuple[BoolMatrix, FloatArray]:
    """Return, for (n, k) labels and probabilities, which look wrong and how likely each is right."""
    from cleanlab.multilabel_classification.filter import find_multilabel_issues_per_class
    from cleanlab.multilabel_classification.rank import get_label_quality_scores_per_class

    given = [np.flatnonzero(row).tolist() for row in targets]
    # One process: cleanlab's own cost more to start than they save.
    looks_wrong = find_multilabel_issues_per_class(given, probabilities, n_jobs=1)
    return np.asarray(looks_wrong, dtype=bool), np.asarray(get_label_quality_scores_per_class(given, probabilities))
