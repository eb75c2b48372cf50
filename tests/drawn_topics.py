"""A small report of topics, made by hand, for the tests of what is drawn."""

from typing import Any

import numpy as np

from newsclf.topic_labels import DossierMatch
from newsclf.topic_report import LabelShares, RecentChanges, TopicReport
from newsclf.topic_trends import TopicChange
from newsclf.topics import Topic

TOPICS = (
    Topic(7, "oil, prices, opec", ("oil", "prices", "opec", "barrels"), 20),
    Topic(2, "vote, party, <b>poll</b>", ("vote", "party", "poll"), 30),
    Topic(5, "storm, coast, rain", ("storm", "coast", "rain"), 10),
)
#: Positions of the topics from the largest to the smallest, as the page has them.
BY_SIZE = (1, 0, 2)
HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> in the news"
HOSTILE_DOSSIER = "<script>window.hacked = 1</script> Oil & War"
N = 66
RECENT = RecentChanges(
    recent="the last 4 weeks",
    recent_periods=("2013-W17", "2013-W20"),
    reference_periods=("2010-W17", "2013-W16"),
    changes=(
        TopicChange(7, 14, 40, 30, 570, 2.0, 1.2, 2.8, 4.0),
        TopicChange(5, 3, 40, 0, 570, 1.9, 0.1, 3.7, 2.1),
        TopicChange(2, 9, 40, 290, 570, -1.3, -2.0, -0.6, -3.5),
    ),
)


def small_report(**changes: Any) -> TopicReport:
    """Return 66 articles: 30, 20 and 10 in three topics that stand far apart, and 6 in none."""
    topic_ids = np.repeat([2, 7, 5, -1], [30, 20, 10, 6]).astype(np.intp)
    centres = {2: (0.0, 0.0), 7: (10.0, 0.0), 5: (0.0, 10.0), -1: (6.0, 6.0)}
    spread = np.random.default_rng(0).uniform(-1, 1, (N, 2))
    subject = {2: "Party wins the vote", 7: "Oil prices rise", 5: "Storm hits the coast", -1: "Notes of the week"}
    titles = [f"{subject[int(topic)]}, part {i}" for i, topic in enumerate(topic_ids)]
    titles[31] = HOSTILE
    urls = [f"https://news.example/{i}" for i in range(N)]
    urls[32] = "javascript:window.hacked=1"
    values: dict[str, Any] = {
        "coordinates": np.array([centres[int(topic)] for topic in topic_ids]) + spread,
        "titles": tuple(titles),
        "topic_ids": topic_ids,
        "topics": TOPICS,
        "representatives": ((31, 32, 33), (0, 1), ()),
        "urls": tuple(urls),
        "dates": tuple(f"20{10 + i % 4}-05-{1 + i % 28:02d}" for i in range(N)),
        "periods": ("2010", "2011", "2012", "2013"),
        "counts": np.array([[5, 5, 5, 5], [0, 10, 15, 5], [1, 2, 3, 4]]),
        "themes": LabelShares(
            names=("Energy", "Elections", "Sport"), shares=np.array([[0.9, 0, 0], [0.1, 0.6, 0], [0.004, 0, 0]])
        ),
        "regions": LabelShares(names=("Europe",), shares=np.array([[0.5], [0.25], [0]])),
        "linkage": np.array([[0, 1, 1.0, 2], [2, 3, 2.0, 3]]),
        "dossiers": (DossierMatch(7, HOSTILE_DOSSIER, 12, 15, 20), DossierMatch(2, "The vote", 1, 1, 200)),
        "recent": RECENT,
    }
    return TopicReport(**values | changes)


def report_without_topics(n: int = 12) -> TopicReport:
    """Return articles that no topic was found in, without dates, labels or addresses."""
    return TopicReport(
        coordinates=np.random.default_rng(0).normal(size=(n, 2)),
        titles=tuple(f"Article {i}" for i in range(n)),
        topic_ids=np.full(n, -1, dtype=np.intp),
        topics=(),
        representatives=(),
    )
