"""Whether the keywords of a topic stand together in texts; counted by gensim, an extra."""

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from newsclf.arrays import FloatArray
from newsclf.errors import DataError, MissingExtraError
from newsclf.topic_measures import TOP_KEYWORDS

CoherenceMeasure = Literal["npmi", "c_v"]

_GENSIM_NAMES = MappingProxyType({"npmi": "c_npmi", "c_v": "c_v"})
# gensim counts every two keywords in a window, also those of two topics: wide windows cost least with few topics at
# once, narrow ones with many.
_TOPICS_AT_ONCE = MappingProxyType({"npmi": 150, "c_v": 20})
# As scikit-learn's vectorizers, which make the keywords of most topic models, split texts.
_WORD = re.compile(r"(?u)\b\w\w+\b")


def split_words(text: str) -> list[str]:
    """Split a text into lower-case words of two or more letters, digits or underscores, stop words and all."""
    return _WORD.findall(text.lower())


def coherence(
    keywords: Sequence[Sequence[str]],
    documents: Sequence[Sequence[str]],
    *,
    measure: CoherenceMeasure,
    top: int = TOP_KEYWORDS,
) -> FloatArray:
    """Measure for each topic how far its first keywords stand together.

    Both are counted in windows that slide over the texts by one word; a shorter text is one window. They are from
    Röder, Both and Hinneburg, "Exploring the space of topic coherence measures" (2015).

    Parameters
    ----------
    keywords : length t
        The keywords of each topic, best first. Those that no document has, such as lemmas and phrases, are left out.
    documents : length n
        The words of each, in order, split as the keywords were; `split_words` splits as scikit-learn does.
    measure
        ``npmi``: mean normalised pointwise mutual information of two keywords in windows of 10 words, in -1..1; 0 is
        chance. gensim gives two words that are in every window -1. ``c_v``: how alike the keywords are in what they
        stand with, in windows of 110 words; 0..1 in practice, and nearer to what people find than NPMI.
    top
        How many keywords of each topic count.

    Returns
    -------
    (t,)
        NaN for a topic with fewer than two keywords that a document has.

    Raises
    ------
    MissingExtraError
        If gensim is not installed.
    DataError
        If no document has a word.
    """
    try:
        from gensim.corpora import Dictionary
    except ImportError as error:
        raise MissingExtraError(
            "Coherence is counted with gensim, which is missing: pip install 'newsclf[coherence]'"
        ) from error
    texts = [list(words) for words in documents if words]
    if not texts:
        raise DataError("No document has a word; coherence is counted in the texts that topics were found in.")
    dictionary = Dictionary(texts)
    found = [tuple(word for word in topic[:top] if word in dictionary.token2id) for topic in keywords]
    distinct = list(dict.fromkeys(words for words in found if len(words) > 1))
    values: dict[tuple[str, ...], float] = {}
    for start in range(0, len(distinct), _TOPICS_AT_ONCE[measure]):
        batch = distinct[start : start + _TOPICS_AT_ONCE[measure]]
        values |= zip(batch, _count(batch, texts, dictionary, measure), strict=True)
    return np.array([values.get(words, np.nan) for words in found], dtype=np.float64)


def _count(
    topics: Sequence[Sequence[str]], texts: Sequence[Sequence[str]], dictionary: Any, measure: CoherenceMeasure
) -> list[float]:
    from gensim.models import CoherenceModel

    model = CoherenceModel(
        topics=topics,
        texts=texts,
        dictionary=dictionary,
        coherence=_GENSIM_NAMES[measure],
        topn=max(map(len, topics)),
        processes=1,  # its own processes cost more than they save up to some ten thousand texts
    )
    return [float(value) for value in model.get_coherence_per_topic()]
