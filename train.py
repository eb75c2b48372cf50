"""Train a model: `newsclf train` under a name of its own. See ``--help``."""

import typer

from newsclf.cli.train import train

if __name__ == "__main__":
    typer.run(train)
