"""`newsclf evaluate`: measure a model on labelled articles."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from newsclf.cli.failing import errors_shown
from newsclf.config import EmptyLabels


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model directory.", show_default=False)],
    articles: Annotated[
        Path,
        typer.Argument(
            metavar="ARTICLES",
            help="Labelled articles that the model has not seen: .jsonl, .jsonl.gz, .csv, .parquet, or a folder.",
            show_default=False,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with every figure.")] = False,
    empty_labels: Annotated[
        EmptyLabels, typer.Option(help="What an empty list of labels says: none applies, or the article is unlabelled.")
    ] = "none",
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap that gives the intervals.")] = 0,
) -> None:
    """Measure a model on labelled articles that it has not seen."""
    with errors_shown():
        import newsclf

        loaded = newsclf.load(model)
        read = newsclf.read_articles(articles)
        console = Console(stderr=True, markup=False, highlight=False)
        console.print(f"read {len(read):,} articles of {articles}", soft_wrap=True)
        if read.rejects:
            console.print(f"skipped {len(read.rejects):,} rows", style="yellow", soft_wrap=True)
        found = newsclf.evaluate(loaded, read, empty_labels=empty_labels, seed=seed)
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1) if as_json else str(found))
