"""The command `newsclf`: a file for each group of verbs, which reads options, calls the library and prints."""

import logging

import typer

from newsclf.cli.topics import topics

app = typer.Typer(
    help="Themes, regions and topics for news articles.", no_args_is_help=True, pretty_exceptions_show_locals=False
)
app.add_typer(topics, name="topics")


@app.callback()
def _start() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")


def main() -> None:
    """Run the command line."""
    app()
