"""model2vec's pipeline: a static model and the head that its classifier was trained with."""

from pathlib import Path

from speed_peers.protocol import Setting, contents, read_rows, write_rows


class Model2VecPipeline:
    """Its defaults: 512 tokens are read of a text, and 10,000 texts and more are shared out over processes."""

    reloads = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._folder = setting.folder / "model"

    def train(self) -> None:
        """Learn from the source."""
        from model2vec.train import StaticModelForClassification

        rows = read_rows(self._setting.source)
        model = StaticModelForClassification.from_pretrained(self._setting.static_model)
        model.fit(contents(rows), [row["themes"] for row in rows])
        model.to_pipeline().save_pretrained(str(self._folder))

    def load(self) -> None:
        """Load it without torch."""
        from model2vec.inference import StaticModelPipeline

        self._model = StaticModelPipeline.from_pretrained(self._folder)

    def label_file(self, output: Path) -> None:
        """Label the source, all of it at once."""
        rows = read_rows(self._setting.source)
        write_rows(output, rows, self._model.predict(contents(rows)))
