"""How a command ends where it cannot go on."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from newsclf.errors import NewsclfError


@contextmanager
def errors_shown() -> Iterator[None]:
    """Print errors that a user can do something about, and end with exit code 2."""
    try:
        yield
    except (NewsclfError, OSError) as error:
        Console(stderr=True).print(f"Error: {error}", style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
