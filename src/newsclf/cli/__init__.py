"""The command `newsclf`: a file for each verb or group of verbs, which reads options, calls the library and prints."""

import logging
from typing import Annotated

import typer

from newsclf.cli.evaluate import evaluate
from newsclf.cli.label import label
from newsclf.cli.topics import topics
from newsclf.cli.train import train

app = typer.Typer(
    help="Themes, regions and topics for news articles.", no_args_is_help=True, pretty_exceptions_show_locals=False
)
app.command()(train)
app.command()(label)
app.command()(evaluate)
app.add_typer(topics, name="topics")


def _show_version(is_asked: bool) -> None:
    if is_asked:
        import newsclf

        typer.echo(f"newsclf {newsclf.__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[  # noqa: ARG001 - its callback has answered
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")


def main() -> None:
    """Run the command line."""
    app()
