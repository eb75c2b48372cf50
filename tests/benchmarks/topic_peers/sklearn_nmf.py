"""scikit-learn's NMF on TF-IDF, with the options of its example of topic extraction."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

from topic_peers.protocol import KEYWORDS, FloatMatrix, IntArray, Setting, strongest


class SklearnNmf:
    """It reads words and no vectors. Its default start is the same for every seed."""

    def __init__(self, setting: Setting, *, fitted: Any = None) -> None:
        self._setting = setting
        self._model = fitted or make_pipeline(
            TfidfVectorizer(stop_words="english", max_df=0.95, min_df=2),
            NMF(n_components=setting.topics, random_state=setting.seed),
        )

    def fit(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Find topics."""
        return strongest(self._model.fit_transform(texts))

    def keywords(self) -> list[list[str]]:
        """Return the heaviest words of each topic."""
        words = self._model[0].get_feature_names_out()
        return [[str(words[i]) for i in np.argsort(-topic)[:KEYWORDS]] for topic in self._model[1].components_]

    def assign(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Return topic ids."""
        return strongest(self._model.transform(texts))

    def reloaded(self, folder: Path) -> "SklearnNmf":
        """Save as scikit-learn's own documentation does first."""
        joblib.dump(self._model, folder / "model.joblib")
        return SklearnNmf(self._setting, fitted=joblib.load(folder / "model.joblib"))
