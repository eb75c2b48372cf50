"""`newsclf topics`: look at the topics of a model, merge them, add articles to them, draw them."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsclf.cli.failing import errors_shown
from newsclf.console import progress_bars
from newsclf.errors import DataError
from newsclf.topic_trends import Period

if TYPE_CHECKING:
    from newsclf.inference import NewsClassifier
    from newsclf.reading import ReadResult
    from newsclf.topics import Topic

_REASONS_SHOWN = 5

topics = typer.Typer(help="Topics of a model: list, merge, add articles, draw a report.", no_args_is_help=True)

_Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A model directory.", show_default=False)]
_Articles = Annotated[
    Path,
    typer.Argument(
        metavar="ARTICLES",
        help="Articles: .jsonl, .jsonl.gz, .csv, .parquet, or a folder of these or of saved pages.",
        show_default=False,
    ),
]
_Output = Annotated[
    Path | None, typer.Option(help="Where the changed model goes; by default it replaces the one that was read.")
]
_CacheDir = Annotated[
    Path | None, typer.Option(help="Where vectors are kept between runs; by default the user's cache.")
]


@topics.command("list")
def list_topics(
    model: _Model, as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False
) -> None:
    """List the topics of a model."""
    with errors_shown():
        from newsclf.bundle import read_bundle
        from newsclf.topic_storage import topic_rows

        state = read_bundle(model).topics
        if as_json:
            typer.echo(json.dumps(topic_rows(state.model), ensure_ascii=False, indent=1))
            return
        console = _console()
        console.print(_table(state.model.topics))
        if state.waiting.articles:
            _say(console, f"{len(state.waiting.articles):,} articles wait for a topic")


@topics.command()
def merge(
    model: _Model,
    groups: Annotated[
        list[str],
        typer.Argument(metavar="IDS", help="Topics to make one of, with commas: 3,7 12,4,9", show_default=False),
    ],
    output: _Output = None,
) -> None:
    """Make one topic of each group of topics."""
    with errors_shown():
        from newsclf.bundle import check_place
        from newsclf.topic_commands import merge as merge_in

        ids = [_ids(group) for group in groups]
        place = (output or model).resolve()
        check_place(place)
        merged = merge_in(_loaded(model), ids)
        merged.model.save(place)
        console = _console()
        console.print(_table(merged.new_topics))
        _say(console, f"saved in {place}")


@topics.command()
def add(
    model: _Model,
    articles: _Articles,
    output: _Output = None,
    min_size: Annotated[
        int | None,
        typer.Option(
            min=2, help="Fewest articles of a new topic; by default as trained, or as many as the smallest topic has."
        ),
    ] = None,
    min_similarity: Annotated[
        float | None,
        typer.Option(
            min=-1,
            max=1,
            help="Cosine above which two articles can make a topic; by default as in topics.",
        ),
    ] = None,
    cache_dir: _CacheDir = None,
) -> None:
    """Add articles to the topics of a model; what fits none waits until it makes one."""
    with errors_shown():
        from newsclf.bundle import check_place
        from newsclf.topic_commands import add as add_to

        place, console = (output or model).resolve(), _console()
        check_place(place)
        loaded, read = _loaded(model), _read(articles, console)
        with progress_bars(console) as progress:
            added = add_to(
                loaded,
                read,
                min_size=min_size,
                min_similarity=min_similarity,
                cache_dir=cache_dir,
                progress=progress,
            )
        added.model.save(place)
        _say(console, f"{added.joined:,} articles joined topics, {added.founded:,} made new ones, {added.wait:,} wait")
        _say(console, f"{len(added.update.settled):,} articles that waited before have a topic now")
        if added.new_topics:
            console.print(_table(added.new_topics, title="New topics"))
        _say(console, f"saved in {place}")


@topics.command()
def report(
    model: _Model,
    articles: _Articles,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file.")] = Path("topics.html"),
    title: Annotated[str, typer.Option(help="What the page is called.")] = "Topics",
    period: Annotated[
        Literal["auto", Period], typer.Option(help="Time between two points of a line; auto: by the dates.")
    ] = "auto",
    cache_dir: _CacheDir = None,
) -> None:
    """Draw the topics of articles in one HTML file that opens offline."""
    with errors_shown():
        from newsclf.topic_commands import embedded
        from newsclf.topic_report import write_report

        console = _console()
        loaded, read = _loaded(model), _read(articles, console)
        with progress_bars(console) as progress:
            drawn = embedded(loaded, read, cache_dir=cache_dir, progress=progress)
        write_report(loaded.bundle.topics, drawn.articles, drawn.vectors, output, title=title, period=period)
        _say(console, f"written to {output}")


def _console() -> Console:
    return Console(markup=False, highlight=False)


def _say(console: Console, line: str, *, style: str = "") -> None:
    console.print(line, style=style, soft_wrap=True)


def _loaded(directory: Path) -> "NewsClassifier":
    from newsclf.inference import load

    return load(directory)


def _read(path: Path, console: Console) -> "ReadResult":
    """Read articles, and say what could not be read."""
    from newsclf.reading import read_articles

    read = read_articles(path)
    _say(console, f"read {len(read):,} articles of {path}")
    if read.rejects:
        _say(console, f"skipped {len(read.rejects):,} rows", style="yellow")
        reasons = Counter(reject.reason for reject in read.rejects).most_common(_REASONS_SHOWN)
        for reason, count in reasons:
            _say(console, f"  {count:,}: {reason}", style="yellow")
    if read.skipped_files:
        _say(console, f"passed over {len(read.skipped_files):,} files that hold no articles")
    if not read:
        raise DataError(f"{path} holds no article that can be read. Give a file or a folder that does.")
    return read


def _ids(group: str) -> tuple[int, ...]:
    try:
        return tuple(int(topic_id) for topic_id in group.split(","))
    except ValueError as error:
        raise DataError(f"{group!r} is no group of topics. Write their ids with commas, such as 3,7.") from error


def _table(found: "Sequence[Topic]", *, title: str = "Topics") -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    table.add_column("id", justify="right")
    table.add_column("name", overflow="fold")
    table.add_column("articles", justify="right")
    table.add_column("keywords", overflow="fold")
    for topic in found:
        # Text, so that brackets in a name are no markup.
        table.add_row(f"{topic.id}", Text(topic.name), f"{topic.size:,}", Text(", ".join(topic.keywords)))
    return table
