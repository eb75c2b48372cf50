"""`newsclf train` and ``train.py``: flags to `newsclf.TrainConfig`, then `newsclf.train`, then save."""

import logging
import time
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

import newsclf
from newsclf.cli.failing import errors_shown
from newsclf.cli.on_cluster import Engine, encoder_on
from newsclf.config import EmptyLabels, NearCopies, SplitStrategy, TopicOutliers
from newsclf.console import progress_bars
from newsclf.encoder_location import locate_encoder

_DEFAULTS = newsclf.TrainConfig()


def train(
    data: Annotated[
        Path, typer.Option(help="Articles: .jsonl, .jsonl.gz, .csv, .parquet, or a folder of these or of saved pages.")
    ] = Path("data"),
    output: Annotated[Path, typer.Option(help="Where the model directory goes.")] = Path("models/default"),
    rejects: Annotated[
        Path | None, typer.Option(help="Where rows that could not be read go; by default beside the model.")
    ] = None,
    encoder: Annotated[
        str,
        typer.Option(
            help="A sentence-transformers name or folder, or static, which is tens of times faster; "
            "the default needs no network."
        ),
    ] = _DEFAULTS.encoder,
    cascade: Annotated[
        float,
        typer.Option(
            help="Share of the articles that the encoder reads, those that a static one leaves in doubt; 0 for all."
        ),
    ] = _DEFAULTS.cascade,
    max_windows: Annotated[
        int | None,
        typer.Option(help="Windows of 256 tokens that are read of an article, from its beginning; by default all."),
    ] = _DEFAULTS.max_windows,
    finetune: Annotated[
        int,
        typer.Option(help="Epochs of fine-tuning of the encoder on the labels, for a GPU or much time; 0 for none."),
    ] = _DEFAULTS.finetune,
    finetune_tokens: Annotated[
        int, typer.Option(help="Tokens of an article that fine-tuning reads.")
    ] = _DEFAULTS.finetune_tokens,
    facets: Annotated[
        str | None, typer.Option(help="Facets to fit, with commas: theme,region,dossier. By default all with labels.")
    ] = None,
    topics: Annotated[
        str, typer.Option(help="auto: as many topics as there are; a number: join the nearest to so many; none: none.")
    ] = str(_DEFAULTS.topics),
    topic_outliers: Annotated[
        TopicOutliers,
        typer.Option(help="What clustering leaves out: assign to the nearest topic, or keep without one where unlike."),
    ] = _DEFAULTS.topic_outliers,
    topic_runs: Annotated[
        int, typer.Option(help="Look for topics with so many seeds and bootstraps, and keep the steadiest run.")
    ] = _DEFAULTS.topic_runs,
    topic_min_size: Annotated[
        int | None, typer.Option(help="Fewest articles of a topic; by default a hundredth, from 5 to 30.")
    ] = _DEFAULTS.topic_min_size,
    min_label_count: Annotated[
        int, typer.Option(help="A label with fewer training articles gets no head.")
    ] = _DEFAULTS.min_label_count,
    split: Annotated[
        SplitStrategy,
        typer.Option(
            help="given: the articles' split column; date: test on the latest; source: test on sources not trained on; "
            "random: draw; stratified: draw each label's share; auto: given, else random."
        ),
    ] = _DEFAULTS.split,
    test_share: Annotated[
        float, typer.Option(help="Share of the articles to measure on; a given split has its own.")
    ] = _DEFAULTS.test_share,
    near_copies: Annotated[
        NearCopies, typer.Option(help="What to do with training articles that have a near-copy among the test ones.")
    ] = _DEFAULTS.near_copies,
    empty_labels: Annotated[
        EmptyLabels, typer.Option(help="What an empty list of labels says: none applies, or the article is unlabelled.")
    ] = _DEFAULTS.empty_labels,
    require_label: Annotated[
        str | None, typer.Option(help="Facets, with commas, in which every article gets at least its best label.")
    ] = None,
    cache_dir: Annotated[
        Path | None, typer.Option(help="Where vectors are kept between runs; by default the user's cache.")
    ] = _DEFAULTS.cache_dir,
    taxonomy: Annotated[
        str, typer.Option(help="builtin, none, or a TOML file of the same form: what labels resolve to.")
    ] = "builtin",
    jobs: Annotated[int, typer.Option(help="Processes that share the work; -1 for one per core.")] = _DEFAULTS.jobs,
    engine: Annotated[
        Engine, typer.Option(help="What embeds the articles: this machine, or the workers of a Ray cluster.")
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="Of a running Ray cluster, or auto; by default one is started here.")
    ] = None,
    seed: Annotated[int, typer.Option(help="One seed, one result.")] = _DEFAULTS.seed,
) -> None:
    """Train theme, region and dossier classifiers and a topic model on labelled news articles."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    console = Console(markup=False)
    output = output.resolve()
    with errors_shown():
        config = newsclf.TrainConfig(
            seed=seed,
            facets=_names(facets) if facets is not None else None,
            encoder=encoder,
            cascade=cascade,
            max_windows=max_windows,
            finetune=finetune,
            finetune_tokens=finetune_tokens,
            topics=_topic_number(topics),
            topic_outliers=topic_outliers,
            topic_runs=topic_runs,
            topic_min_size=topic_min_size,
            min_label_count=min_label_count,
            split=split,
            test_share=test_share,
            near_copies=near_copies,
            empty_labels=empty_labels,
            require_label=_names(require_label) if require_label is not None else (),
            taxonomy=None if taxonomy == "none" else taxonomy,
            cache_dir=cache_dir,
            jobs=jobs,
        )
        locate_encoder(encoder)  # fail now, before heavy imports and minutes of reading
        from newsclf.bundle import check_place
        from newsclf.reading.rejects import write_rejects
        from newsclf.summary import training_summary

        check_place(output)
        start = time.perf_counter()
        articles = newsclf.read_articles(data)
        rejects_file = rejects or output.with_name(output.name + ".rejects.jsonl")
        write_rejects(articles.rejects, rejects_file)
        console.print(f"read {len(articles):,} articles of {data} in {time.perf_counter() - start:.1f} s")
        if articles.rejects:
            console.print(f"skipped {len(articles.rejects):,} rows, see {rejects_file}", style="yellow")
        if articles.skipped_files:
            console.print(f"passed over {len(articles.skipped_files):,} files that hold no articles")
        with progress_bars(console) as progress, encoder_on(engine, address, config) as shared:
            model = newsclf.train(articles, config, encoder=shared, progress=progress)
        model.save(output)
        console.print(training_summary(model, output, articles.rejects))


def _topic_number(given: str) -> Literal["auto"] | int:
    if given in {"auto", "none"}:
        return "auto" if given == "auto" else 0
    try:
        return int(given)
    except ValueError:
        raise newsclf.ConfigError(f"--topics is {given!r}; give auto, none, or a number from 2 on.") from None


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(","))
