"""`newsclf label`: label a file, a folder, a stream, or one text."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from newsclf.cli.failing import errors_shown
from newsclf.cli.labelled import tell_labelled
from newsclf.cli.on_cluster import Engine, label_on_cluster
from newsclf.console import rate_bar
from newsclf.distributed.cluster import Cluster
from newsclf.errors import ConfigError
from newsclf.label_places import STREAM, Places

_INTERRUPTED = 130  # what shells say of a command that Ctrl-C ended


def label(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="INPUT",
            help="Articles: .jsonl, .jsonl.gz, .csv, .parquet, a folder of these or of saved pages, or - for JSON "
            "lines from standard input.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", help="A .jsonl, .jsonl.gz, .csv or .parquet file; - for standard output.")
    ] = STREAM,
    model: Annotated[
        Path | None,
        typer.Option(help="A model directory; by default $NEWSCLF_MODEL, else models/default, else the built-in one."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that label; by default one a core, and one from stream to stream."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Where rows that hold no article go; by default <output>.rejects.jsonl, if that is a file."),
    ] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew where an earlier run was ended.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an output, or a file of --rejects, that is there.")
    ] = False,
    engine: Annotated[
        Engine,
        typer.Option(
            help="What the work runs on: the cores of this machine, or a Ray cluster, which writes a folder of Parquet."
        ),
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="Of a running Ray cluster, or auto; by default one is started here.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Label this text instead, and print what it gets.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --text: print JSON.")] = False,
) -> None:
    """Label articles: their columns come back in their order, with themes, regions, countries, topic and status.

    A run that was ended goes on where it was when the same command is given again: nothing is lost, doubled or out of
    order.
    """
    with errors_shown(), _ends_quietly(lambda: _what_is_left(source, output, engine)):
        if (source is None) == (text is None):
            raise ConfigError("Give either INPUT (a file, a folder, or - for standard input) or --text, not both.")
        if text is not None:
            _refuse(
                "is of INPUT; --text prints what one text gets",
                {
                    "--output": output != STREAM,
                    "--rejects": rejects,
                    "--workers": workers,
                    "--restart": restart,
                    "--overwrite": overwrite,
                    "--engine": engine != "local",
                    "--address": address,
                },
            )
            _label_text(text, model, as_json=as_json)
            return
        _refuse("is of --text; an INPUT is labelled into --output", {"--json": as_json})
        if engine == "ray":
            if restart or overwrite or rejects is not None or STREAM in {source, output}:
                raise ConfigError(
                    "On a Ray cluster INPUT is a file or folder and --output a new folder, with the rejects in it; "
                    "--rejects, --restart and --overwrite are of the engine local."
                )
            label_on_cluster(model or _default_model(), str(source), output, Cluster(address=address, workers=workers))
            return
        _refuse("is of a Ray cluster; give --engine ray too", {"--address": address})
        from newsclf.labelling import label_file

        console = Console(stderr=True, markup=False, highlight=False)
        with rate_bar(console) as progress:
            report = label_file(
                model or _default_model(),
                source or STREAM,
                output,
                rejects=rejects,
                workers=workers,
                restart=restart,
                overwrite=overwrite,
                progress=progress,
            )
        tell_labelled(
            report,
            rejects=None if report.rejects is None else str(report.rejects),
            output="standard output" if report.output is None else str(report.output),
            console=Console(stderr=report.output is None, markup=False, highlight=False),
            reasons=report.reasons,
            resumed_from=report.resumed_from,
        )


def _refuse(why: str, options: Mapping[str, object]) -> None:
    """Raise ConfigError for an option that was given and would have no effect."""
    if given := [name for name, value in options.items() if value]:
        raise ConfigError(f"{given[0]} {why}.")


def _label_text(text: str, model: Path | None, *, as_json: bool) -> None:
    from newsclf.inference import load

    prediction = load(model or _default_model()).predict(text)
    typer.echo(json.dumps(prediction.to_dict(), ensure_ascii=False, indent=1) if as_json else str(prediction))


def _default_model() -> Path:
    from newsclf.model_location import default_model_path

    return default_model_path()


@contextmanager
def _ends_quietly(what_is_left: Callable[[], str]) -> Iterator[None]:
    """End without a traceback on Ctrl-C, and where the reader of standard output has gone."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"Ended. {what_is_left()}".rstrip(), err=True)
        raise typer.Exit(_INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it once more at its end
        raise typer.Exit(1) from None


def _what_is_left(source: str | None, output: str, engine: Engine) -> str:
    if source is None:
        return ""
    if engine == "ray":
        return "Of a run on Ray that was ended nothing is kept; the same command begins anew."
    return Places.of(source, output, None).what_is_left()
