"""SetFit's predict, which is sentence-transformers' encode and a scikit-learn head; its body is not trained here."""

from pathlib import Path

from peers.protocol import minilm_folder
from setfit import SetFitModel
from sklearn.preprocessing import MultiLabelBinarizer

from speed_peers.protocol import Setting, contents, read_rows, write_rows

# Training changes weights, not what predict does with them.
_ARTICLES = 200


class SetFitPredict:
    """One logistic regression a label, on vectors of the untrained body."""

    reloads = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def train(self) -> None:
        """Fit the head on a few articles."""
        rows = read_rows(self._setting.source)[:_ARTICLES]
        names = MultiLabelBinarizer()
        targets = names.fit_transform([row["themes"] for row in rows])
        model = SetFitModel.from_pretrained(
            minilm_folder(), multi_target_strategy="one-vs-rest", labels=names.classes_.tolist()
        )
        model.fit(contents(rows), targets.tolist(), num_epochs=1)
        model.save_pretrained(str(self._setting.folder / "model"))

    def load(self) -> None:
        """Load body and head."""
        self._model = SetFitModel.from_pretrained(
            str(self._setting.folder / "model"), multi_target_strategy="one-vs-rest"
        )

    def label_file(self, output: Path) -> None:
        """Label the source, all of it at once."""
        rows = read_rows(self._setting.source)
        decided = self._model.predict(contents(rows), as_numpy=True, use_labels=False)
        labels = self._model.labels
        write_rows(output, rows, ([labels[j] for j in row.nonzero()[0]] for row in decided))
