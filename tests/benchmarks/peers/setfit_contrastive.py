"""SetFit on all-MiniLM-L6-v2."""

import tempfile
from collections.abc import Sequence

import numpy as np
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments

from peers.protocol import Answer, BoolMatrix, Setting, Text, answer_from, minilm_folder

# Pairs of texts drawn for each text, of one label and of two, as in its paper (Tunstall et al., 2022, R = 20). All
# pairs, its library's default, grow with the square of the texts.
_ITERATIONS = 20


class SetFit:
    """One epoch, batches of 16, logistic regression as head: its defaults but for the number of pairs."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        several = {} if setting.one_label else {"multi_target_strategy": "one-vs-rest"}
        self._model = SetFitModel.from_pretrained(minilm_folder(), **several)

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels."""
        labels = targets.argmax(axis=1) if self._setting.one_label else targets.astype(int)
        data = Dataset.from_dict({"text": [text.content for text in texts], "label": labels.tolist()})
        with tempfile.TemporaryDirectory() as folder:
            options = {"output_dir": folder, "save_strategy": "no", "report_to": "none", "show_progress_bar": False}
            arguments = TrainingArguments(num_iterations=_ITERATIONS, **options)
            Trainer(model=self._model, args=arguments, train_dataset=data).train()

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        scores = np.asarray(self._model.predict_proba([text.content for text in texts], as_numpy=True))
        return answer_from(scores, self._setting, cut=0.5)
