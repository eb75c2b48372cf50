"""The place list alone: the regions of the countries that an article is about. It learns nothing."""

from collections.abc import Sequence

import numpy as np

from newsclf import countries_about, load_taxonomy
from peers.protocol import Answer, BoolMatrix, Setting, Text


class PlaceList:
    """A region's score is the largest weight of its countries; every region with a country applies."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        taxonomy = load_taxonomy()
        self._column = {
            country: setting.labels.index(concept.name)
            for concept in taxonomy.concepts("region")
            if concept.name in setting.labels
            for country in concept.countries
        }

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn nothing."""

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        scores = np.zeros((len(texts), len(self._setting.labels)))
        for row, text in enumerate(texts):
            for found in countries_about(text.title, text.text):
                column = self._column.get(found.country)
                if column is not None:
                    scores[row, column] = max(scores[row, column], found.weight)
        return Answer(scores > 0, lambda: scores)
