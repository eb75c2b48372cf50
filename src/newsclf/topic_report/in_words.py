"""Figures of topics as sentences: their peak, their change, the in-depth report that they are near to."""

from newsclf.arrays import FloatArray
from newsclf.topic_labels import DossierMatch
from newsclf.topic_report.content import RecentChanges
from newsclf.topic_report.plain_text import shown_text
from newsclf.topic_trends import TopicChange

PERIOD_LIMIT = 20
_RECENT_LIMIT = 60


def peak_in_words(counts: FloatArray, periods: tuple[str, ...]) -> str:
    """Say when a topic had most articles; counts are (p,)."""
    peak = int(counts.argmax())
    return f"most in {shown_text(periods[peak], limit=PERIOD_LIMIT)}: {counts[peak]:,.0f}"


def change_in_words(change: TopicChange) -> str:
    """Say how many articles a topic had of late, and how many at the share that it had before."""
    return f"{change.count:,} ({_expected(change)})"


def rise_in_words(change: TopicChange, recent: RecentChanges) -> str:
    """Say the same as a sentence of its own."""
    return f"{_articles(change.count)} in {recent_in_words(recent)}, {_expected(change)}"


def recent_in_words(recent: RecentChanges) -> str:
    """Say what is of late."""
    return shown_text(recent.recent, limit=_RECENT_LIMIT)


def comparison_in_words(recent: RecentChanges) -> str:
    """Say which periods are compared."""
    return f"{_span(recent.recent_periods)}, compared with {_span(recent.reference_periods)}"


def match_in_words(match: DossierMatch) -> str:
    """Say what a topic and its in-depth report share, of both."""
    verb = "is" if match.shared == 1 else "are"
    return (
        f"{match.shared:,} of the topic’s {_articles(match.in_topic, 'labelled ')} "
        f"{verb} in it ({_percent(match.precision)}); "
        f"{match.shared:,} of its {_articles(match.in_dossier)} {verb} in the topic ({_percent(match.recall)})"
    )


def _expected(change: TopicChange) -> str:
    if change.reference_count == 0:
        return "none before"
    return f"{change.total * change.reference_count / change.reference_total:,.1f} expected"


def _percent(share: float) -> str:
    """Say none and all only where it is so."""
    if 0 < share < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < share < 1 else f"{share:.0%}"


def _articles(n: int, kind: str = "") -> str:
    return f"{n:,} {kind}{'article' if n == 1 else 'articles'}"


def _span(periods: tuple[str, str]) -> str:
    first, last = (shown_text(period, limit=PERIOD_LIMIT) for period in periods)
    return first if first == last else f"{first} to {last}"
