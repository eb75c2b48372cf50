"""model2vec's trainable classifier on a static model distilled from all-MiniLM-L6-v2.

Run as a script, it distils that model into a folder; that is done once and is no part of the fit.
"""

import sys
from collections.abc import Sequence

import numpy as np

from peers.protocol import Answer, BoolMatrix, Setting, Text, answer_from, minilm_folder


class Model2Vec:
    """Its defaults: one hidden layer, a tenth of the training texts held out to stop on, cut at 0.5."""

    def __init__(self, setting: Setting) -> None:
        from model2vec.train import StaticModelForClassification

        self._setting = setting
        self._model = StaticModelForClassification.from_pretrained(setting.static_model)

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels."""
        named = [[str(j) for j in np.flatnonzero(row)] for row in targets]
        labels = [names[0] for names in named] if self._setting.one_label else named
        self._model.fit([text.content for text in texts], labels)

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        scores = np.zeros((len(texts), len(self._setting.labels)))
        columns = [int(name) for name in self._model.classes_]
        scores[:, columns] = self._model.predict_proba([text.content for text in texts])
        return answer_from(scores, self._setting, cut=0.5)


def distil(folder: str) -> None:
    """Write the static model of all-MiniLM-L6-v2 with model2vec's default options."""
    from model2vec.distill import distill

    distill(minilm_folder()).save_pretrained(folder)


if __name__ == "__main__":
    distil(sys.argv[1])
