"""Train the entries of the speed tables once, run them, and keep what was measured."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from floors import hold_floors
from machine_facts import machine_facts
from memory_sampling import watch
from peers.roster import Entry
from recording import Book
from runner import HERE, call, environment_of_commands, python_of
from speed_articles import DATA, ArticleFile, allsides, at_250_words, of_common_themes, write_articles
from speed_figures import Timing
from speed_peers.protocol import Setting
from speed_sizes import Sizes, chosen_workers

from newsclf import Article

# Some are done within a second; looking takes a millisecond.
_SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class SpeedBench:
    """Where articles and models are kept, and where results go.

    Parameters
    ----------
    data
        The folder of real news.
    runs
        The folder of this benchmark; safe to delete, and to be deleted when models of it are of another format.
    static_model
        model2vec's, which other benchmarks start from too.
    is_trial
        Whether figures say nothing, and so are held to no floor.
    """

    data: Path
    runs: Path
    static_model: Path
    book: Book
    sizes: Sizes
    is_trial: bool

    def short_articles(self) -> list[Article]:
        """Return articles of 250 words, of the commonest themes."""
        return of_common_themes(at_250_words(allsides(self.data)), self.sizes.themes)

    def short(self, n: int) -> ArticleFile:
        """Write n articles of 250 words, repeated where there are fewer."""
        return write_articles(self.runs / "articles" / f"words-250-{n}.jsonl", self.short_articles(), n)

    def whole(self, n: int) -> ArticleFile:
        """Write n articles as they are."""
        return write_articles(self.runs / "articles" / f"whole-{n}.jsonl", allsides(self.data), n)

    def headline(self, title: str) -> ArticleFile:
        """Write one article that is a headline."""
        return write_articles(self.runs / "articles" / "headline.jsonl", [Article(title=title)], 1)

    def trained(self, entry: Entry) -> Path:
        """Return the folder of an entry that has been trained, now or earlier, on the last of the short articles.

        Raises
        ------
        NotRunError
            If it needs an environment that is not there.
        """
        python = python_of(entry)
        if entry.distilled and not self.static_model.is_dir():
            call([python, str(HERE / "peers" / "model2vec_classifier.py"), str(self.static_model)])
        folder = self.runs / "models" / entry.name
        if not (folder / "trained").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            articles = self.short_articles()[-self.sizes.train :]
            source = write_articles(self.runs / "articles" / "train.jsonl", articles, len(articles), labelled=True)
            call([python, str(HERE / "speed_worker.py"), "train", entry.factory, str(self._setting(folder, source))])
            (folder / "trained").touch()
        return folder

    def timed(self, entry: Entry, source: ArticleFile) -> Timing:
        """Let an entry label a file in a process of its own.

        Raises
        ------
        NotRunError
            If it needs an environment that is not there.
        """
        folder = self.trained(entry)
        clock = folder / "clock.json"
        samples = watch(self.label_command(entry, source), environment=environment_of_commands(), every=_SAMPLE_SECONDS)
        seconds = json.loads(clock.read_text(encoding="utf-8"))
        return Timing(source.n, seconds["label"], seconds["load"], max((sample.bytes for sample in samples), default=0))

    def label_command(self, entry: Entry, source: ArticleFile) -> list[str]:
        """Return the command that labels a file with an entry that has been trained."""
        folder = self.runs / "models" / entry.name
        setting = str(self._setting(folder, source))
        output, clock = str(folder / "labelled.jsonl"), str(folder / "clock.json")
        return [python_of(entry), str(HERE / "speed_worker.py"), "label", entry.factory, setting, output, clock]

    def record(self, name: str, figures: Mapping[str, Any], *, split: str) -> None:
        """Keep figures with what the machine is; those of a machine with a GPU stand apart."""
        facts = _facts()
        self.book.record(self.key(name), {**figures, "facts": facts}, data=DATA, split=split)

    def key(self, name: str) -> str:
        """Return the key that figures have in the results."""
        return f"speed_gpu/{name}" if _facts()["gpu"] else f"speed/{name}"

    def hold(self, task: str, figures: Mapping[str, float], *, lower: bool) -> None:
        """Compare figures with their floors; in a trial they are only worked out."""
        if not self.is_trial:
            hold_floors(task, figures, lower=lower)

    def _setting(self, folder: Path, source: ArticleFile) -> Path:
        vectors = self.runs / "vectors"
        setting = Setting(folder, vectors, self.static_model, chosen_workers(), source.path, source.n)
        file = folder / "setting.json"
        file.write_text(json.dumps(asdict(setting), default=str), encoding="utf-8")
        return file


def timed_in_turn(bench: SpeedBench, entries: Sequence[tuple[Entry, ArticleFile]]) -> dict[str, list[Timing]]:
    """Run every entry, then every one again: what else the machine does falls on all of them."""
    found: dict[str, list[Timing]] = {entry.name: [] for entry, _ in entries}
    for _ in range(bench.sizes.rounds):
        for entry, source in entries:
            found[entry.name].append(bench.timed(entry, source))
    return found


@lru_cache(maxsize=1)
def _facts() -> dict[str, Any]:
    return machine_facts()
