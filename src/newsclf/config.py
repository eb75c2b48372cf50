"""Every option of training, with its default and its limits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from newsclf.errors import ConfigError
from newsclf.schema import FACET_COLUMNS

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
#: Names the encoder that training makes of the default one: a vector a token, and no network to run.
STATIC_ENCODER = "static"
BUILTIN_TAXONOMY = "builtin"

SplitStrategy = Literal["auto", "given", "random", "stratified", "date", "source"]
NearCopies = Literal["drop", "keep"]
EmptyLabels = Literal["none", "unlabelled"]
TopicOutliers = Literal["keep", "assign"]

# Fewer articles than this leave nothing to learn from and to measure on.
MIN_ARTICLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Options of `newsclf.train`; `train.py` has a flag of the same name for each.

    Parameters
    ----------
    seed
        Fixes splits, folds, heads and topics.
    facets
        Which of ``theme``, ``region``, ``dossier`` get a head; None for every facet that has labels.
    encoder
        A sentence-transformers name or local path. The default comes out of an installed package. ``static`` is
        made of it in training and becomes part of the model directory: tens of times faster, see SCALING.md.
    cascade
        Share of the articles that the encoder, a BERT with mean pooling, reads: those that a static encoder, made of
        it in training, leaves most in doubt. The static one answers the others, tens of times faster; topics are of
        its vectors. 0 for none: the encoder reads all. The report says what it costs in micro F1.
    max_windows
        How many windows of 256 tokens are read of an article, from its beginning; None for all. Those of a static
        encoder are always read whole. How many articles were not read to their end is counted and said.
    finetune
        Epochs of fine-tuning of the encoder on the labels; 0 leaves it as it is. One takes minutes on a GPU and
        a long time on two cores. The tuned encoder becomes part of the model directory.
    finetune_tokens
        Tokens of an article that fine-tuning reads; the rest is cut off. Vectors are of whole articles all the same.
    topics
        ``auto`` looks for as many topics as the articles have; a number looks for smaller ones until there are so
        many, and joins the nearest where there are more; False looks for none.
    topic_min_size
        Fewest articles that make a topic, of those that are clustered (30,000 at most); None for a hundredth of them,
        at least 5 and at most 30, and fewer where a number of topics asks for it.
    topic_outliers
        ``assign`` gives articles that clustering left out the nearest topic, but for the 2% of each topic that are
        least like it; ``keep`` leaves out what is less like a topic than the articles that clustering put there.
    topic_runs
        Above 1, topics are looked for with so many seeds and the steadiest run is kept; the report says how alike
        the runs are, and how alike topics found in so many bootstraps of the articles.
    min_label_count
        A label with fewer training articles gets no head, and the report says so.
    split
        ``given`` honours the articles' split; ``date`` tests on the latest; ``source`` on sources that training
        has no article of; ``random`` draws; ``stratified`` draws so that each label has its share on both
        sides; ``auto`` is ``given`` where both train and test are named, else ``random``.
    test_share
        Share of the articles to measure on, for every split but ``given``.
    near_copies
        With a given, date or source split, near-copies of test articles on the training side are dropped from
        the fit, or kept (for benchmarks with a fixed protocol). Other splits never part near-copies.
    empty_labels
        What an empty list of labels says: that none applies, or that the article was not labelled.
    require_label
        Facets in which an article that reaches no label's cut gets its best label all the same.
    cache_dir
        Where vectors are kept between runs; None for the user's cache directory.
    taxonomy
        ``builtin``, a TOML file of your own in the same form, or None: labels are what the articles say.
        Labels of the articles resolve through its names, aliases and countries; others stay as they are.
    jobs
        Processes that share the work; -1 for one per core. There are fewer where half of the free memory holds no more.
        Their number changes no result.
    """

    seed: int = 0
    facets: tuple[str, ...] | None = None
    encoder: str = DEFAULT_ENCODER
    cascade: float = 0.0
    max_windows: int | None = None
    finetune: int = 0
    finetune_tokens: int = 128
    topics: Literal["auto"] | int = "auto"
    topic_min_size: int | None = None
    topic_outliers: TopicOutliers = "assign"
    topic_runs: int = 1
    min_label_count: int = 5
    split: SplitStrategy = "auto"
    test_share: float = 0.2
    near_copies: NearCopies = "drop"
    empty_labels: EmptyLabels = "none"
    require_label: tuple[str, ...] = ()
    taxonomy: str | None = BUILTIN_TAXONOMY
    cache_dir: Path | None = None
    jobs: int = -1

    def __post_init__(self) -> None:
        for facet in self.facets or ():
            _one_of("facets", facet, tuple(FACET_COLUMNS))
        for facet in self.require_label:
            _one_of("require_label", facet, tuple(FACET_COLUMNS))
        if self.facets is not None and not self.facets:
            raise ConfigError("facets is empty: name at least one of theme, region, dossier, or leave it out.")
        _one_of("split", self.split, get_args(SplitStrategy))
        _one_of("near_copies", self.near_copies, get_args(NearCopies))
        _one_of("empty_labels", self.empty_labels, get_args(EmptyLabels))
        _within("seed", self.seed, 0, 2**32 - 1)
        if self.max_windows is not None:
            _within("max_windows", self.max_windows, 1, 10**6)
        _within("cascade", self.cascade, 0, 0.95)
        _within("finetune", self.finetune, 0, 100)
        _encoder_options(self)
        _within("finetune_tokens", self.finetune_tokens, 16, 8_192)
        _within("test_share", self.test_share, 0.05, 0.5)
        _within("min_label_count", self.min_label_count, 1, 10**9)
        _one_of("topic_outliers", self.topic_outliers, get_args(TopicOutliers))
        _within("topic_runs", self.topic_runs, 1, 100)
        object.__setattr__(self, "topics", _topic_number(self.topics))
        if self.topic_min_size is not None:
            _within("topic_min_size", self.topic_min_size, 2, 10**9)
        if self.jobs == 0 or self.jobs < -1:
            raise ConfigError(f"jobs is {self.jobs}; give a number from 1, or -1 for one per core.")


def _topic_number(value: object) -> Literal["auto"] | int:
    """Return how many topics to look for, with True and False as words for "auto" and 0."""
    if value is True or value == "auto":
        return "auto"
    if not isinstance(value, int) or value == 1 or value < 0:
        raise ConfigError(f"topics is {value!r}; give auto, a number from 2 on, or False for none.")
    return int(value)


def _encoder_options(config: TrainConfig) -> None:
    """Raise ConfigError where options of the encoder do not go together."""
    if config.encoder == STATIC_ENCODER:
        not_with_it = (
            ("finetune", config.finetune, "which no labels can tune"),
            ("cascade", config.cascade, "which is its first stage"),
            ("max_windows", config.max_windows, "which has no windows and reads all of a text"),
        )
        for option, value, why in not_with_it:
            if value:
                raise ConfigError(f"{option} is {value}, but the encoder is {STATIC_ENCODER!r}, {why}.")
    if config.cascade and config.finetune:
        raise ConfigError(f"cascade is {config.cascade} and finetune is {config.finetune}; give one of them.")


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"{option} is {value!r}; choose from {', '.join(allowed)}.")


def _within(option: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{option} is {value}; give a number from {low} to {high}.")
