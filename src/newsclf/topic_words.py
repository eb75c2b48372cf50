"""In how many articles of each topic a word stands: what keywords are made from, and what adds up.

Articles are counted, not occurrences: a word that one article repeats is no word of its topic.

Publishers' names and bylines are not counted. They are looked for where they are names: "Time said" loses its first
word in articles that know a source "Time", "a long time" does not.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from scipy.sparse import csr_array

from newsclf.arrays import IntArray
from newsclf.parallel import in_chunks
from newsclf.progress import Progress, silent
from newsclf.schema import Article
from newsclf.topics import TopicModel

_TOKEN = re.compile(r"([^\W\d_]+)(?:['’](s|t|re|ll|ve|d|m)\b)?", re.IGNORECASE)
_MIN_LETTERS = 3
# Words by which news attributes what it says, which say nothing of a topic either.
_ATTRIBUTION = frozenset({"according", "mrs", "said", "say", "saying", "says", "told"})
_BETWEEN_AUTHORS = re.compile(r"\s*(?:[,;|&/]|\band\b|^by\b)\s*", re.IGNORECASE)

_Names = Mapping[str, Collection[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class TopicWords:
    """Counts of words by topic; those of two sets of articles add up.

    Parameters
    ----------
    ids : (t,)
        The topic of each row.
    forms : length v
        Words as they are spelt, capitals kept, sorted.
    counts : (t, v) int
    publishers
        Names that are left out, from the articles' sources.
    """

    ids: IntArray
    forms: tuple[str, ...]
    counts: csr_array
    publishers: tuple[str, ...] = ()

    def following(self, model: TopicModel) -> "TopicWords":
        """Return the counts with the rows of a model: those of merged topics added up, new topics with none.

        Raises
        ------
        DataError
            If a row's topic is not of the model, and was not merged into one that is.
        """
        row = {topic_id: i for i, topic_id in enumerate(model.ids.tolist())}
        rows = [row[model.topic(topic_id).id] for topic_id in self.ids.tolist()]
        counts = csr_array(_one_hot(rows, len(row)).T @ self.counts)
        return TopicWords(model.ids, self.forms, counts, self.publishers)

    def plus(self, other: "TopicWords") -> "TopicWords":
        """Return the counts of both; rows are the topics of either, by id."""
        ids = np.union1d(self.ids, other.ids)
        forms = tuple(sorted({*self.forms, *other.forms}))
        counts = sum(
            (
                _one_hot(np.searchsorted(ids, part.ids), len(ids)).T
                @ part.counts
                @ _one_hot(_columns(part.forms, forms), len(forms))
                for part in (self, other)
            ),
            start=csr_array((len(ids), len(forms)), dtype=np.int64),
        )
        return TopicWords(ids, forms, csr_array(counts), tuple(sorted({*self.publishers, *other.publishers})))

    def lower_case(self) -> tuple[tuple[str, ...], csr_array]:
        """Return the words without regard to capitals, sorted, (w,), and their counts, (t, w)."""
        words = tuple(sorted({form.lower() for form in self.forms}))
        columns = _columns([form.lower() for form in self.forms], words)
        return words, csr_array(self.counts @ _one_hot(columns, len(words)))

    def spellings(self) -> dict[str, str]:
        """Return each lower-case word with the spelling that is commonest over all topics."""
        totals = np.asarray(self.counts.sum(axis=0)).ravel()
        # In ascending order, so that the commonest is written last; of two, the one with fewer capitals.
        by_count = sorted(zip(totals.tolist(), self.forms, strict=True))
        return {form.lower(): form for _, form in by_count}


def count_words(
    articles: Sequence[Article],
    article_topics: IntArray,
    *,
    ids: IntArray,
    publishers: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress = silent,
) -> TopicWords:
    """Count in how many of each topic's articles a word stands.

    Words are runs of letters, at least three; stop words, names of publishers, and in an article the names of its own
    authors are left out. Articles without a topic are not counted.

    Parameters
    ----------
    articles : length n
    article_topics : (n,)
        A topic's id or `NO_TOPIC`.
    ids : (t,)
        The topics to count for.
    publishers
        Names to leave out beside the articles' own sources.
    jobs
        Processes that look for words, -1 for one a core.
    """
    known = tuple(sorted({*publishers, *(article.source for article in articles if article.source)}))
    of_publishers = _by_first_word(known)
    row = {topic_id: i for i, topic_id in enumerate(ids.tolist())}
    counted = [(a, row[topic]) for a, topic in zip(articles, article_topics.tolist(), strict=True) if topic in row]
    from sklearn.feature_extraction.text import CountVectorizer

    texts = [(article.title, article.text, article.author) for article, _ in counted]
    look = partial(_words_of_each, of_publishers=of_publishers)
    found = in_chunks(look, texts, jobs=jobs, stage="count words", progress=progress)
    vectorizer = CountVectorizer(analyzer=list, dtype=np.int64)
    try:
        documents = vectorizer.fit_transform(found)
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        return TopicWords(ids, (), csr_array((len(ids), 0), dtype=np.int64), known)
    members = _one_hot([topic for _, topic in counted], len(ids)).T
    return TopicWords(ids, tuple(vectorizer.get_feature_names_out()), csr_array(members @ documents), known)


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS | _ATTRIBUTION)


def _once(words: Iterable[str]) -> list[str]:
    """Return each word once, whatever its capitals, as it is spelt most often; of two, with fewer capitals."""
    by_count = sorted(Counter(words).items(), key=lambda spelt: (spelt[1], spelt[0]))
    return list({form.lower(): form for form, _ in by_count}.values())


def _words_of_each(texts: Sequence[tuple[str, str, str]], *, of_publishers: _Names) -> list[list[str]]:
    articles = (Article(title=title, text=text, author=author) for title, text, author in texts)
    return [_once(_words(article, of_publishers)) for article in articles]


def _words(article: Article, of_publishers: _Names) -> Iterator[str]:
    """Yield the words of an article that count."""
    stop_words = _stop_words()
    of_authors = _by_first_word(_author_names(article.author))
    tokens = [base for base, suffix in _TOKEN.findall(article.content) if suffix.lower() in {"", "s"}]
    i = 0
    while i < len(tokens):
        length = max(_name_length(tokens, i, of_publishers), _name_length(tokens, i, of_authors))
        if not length and len(tokens[i]) >= _MIN_LETTERS and tokens[i].lower() not in stop_words:
            yield tokens[i]
        i += max(length, 1)


def _name_length(tokens: Sequence[str], start: int, names: _Names) -> int:
    """Return how many tokens the longest name that begins at one has; 0 if none does."""
    return max(
        (
            len(name)
            for name in names.get(tokens[start].casefold(), ())
            if _is_name(tokens[start : start + len(name)], name)
        ),
        default=0,
    )


def _is_name(tokens: Sequence[str], name: tuple[str, ...]) -> bool:
    return len(tokens) == len(name) and all(a in {b, b.upper()} for a, b in zip(tokens, name, strict=True))


def _by_first_word(names: Sequence[str]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(base for base, _ in _TOKEN.findall(name))
        words = words[1:] if len(words) > 1 and words[0].lower() == "the" else words
        if words:
            found.setdefault(words[0].casefold(), set()).add(words)
    return found


def _author_names(author: str) -> list[str]:
    """Return the full names of a byline, and their last words, by which authors are called later."""
    names = [name for name in _BETWEEN_AUTHORS.split(author) if name.strip()]
    return names + [name.split()[-1] for name in names]


def _columns(words: Sequence[str], target: Sequence[str]) -> list[int]:
    place = {word: i for i, word in enumerate(target)}
    return [place[word] for word in words]


def _one_hot(columns: Sequence[int] | IntArray, width: int) -> csr_array:
    """Return (len(columns), width) with a single one in each row."""
    n = len(columns)
    return csr_array((np.ones(n, dtype=np.int64), (np.arange(n), np.asarray(columns, dtype=np.intp))), shape=(n, width))
