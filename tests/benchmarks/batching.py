"""Compare what texts get in one batch with what each gets alone."""

from collections.abc import Sequence

from newsclf import Article, NewsClassifier


def batch_differences(model: NewsClassifier, articles: Sequence[Article]) -> tuple[int, float]:
    """Count articles whose labels, topic, countries or status differ, and return the largest gap between two scores."""
    together = model.predict(articles)
    alone = [model.predict(article) for article in articles]
    differ, gaps = 0, [0.0]
    for one, other in zip(alone, together, strict=True):
        topics = [answer.topic.id if answer.topic else None for answer in (one, other)]
        countries = [[country.label for country in answer.countries] for answer in (one, other)]
        same = one.labels == other.labels and one.status == other.status
        if not same or topics[0] != topics[1] or countries[0] != countries[1]:
            differ += 1
            continue
        for facet, scored in one.labels_by_facet.items():
            pairs = zip(scored, other.labels_by_facet[facet], strict=True)
            gaps += [abs(mine.score - theirs.score) for mine, theirs in pairs]
    return differ, max(gaps)
