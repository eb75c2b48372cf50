"""What `newsclf label` and `newsclf train` do with ``--engine ray``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from newsclf.config import TrainConfig
from newsclf.console import progress_bars, tell_renamed, tell_truncated
from newsclf.distributed.cluster import Cluster
from newsclf.errors import ConfigError

if TYPE_CHECKING:
    from newsclf.encoders import Encoder

Engine = Literal["local", "ray"]


def label_on_cluster(model: Path, source: str, output: str, cluster: Cluster) -> None:
    """Label files on a cluster, and say what was done."""
    from newsclf.distributed.labelling import label_with_ray

    with progress_bars(Console(stderr=True, markup=False, highlight=False)) as progress:
        report = label_with_ray(model, source, output, cluster=cluster, progress=progress)
    console = Console(markup=False, highlight=False)
    tell_truncated(report.truncated, console)
    tell_renamed(report.renamed, console)
    table = Table(title="Labelled", title_justify="left", title_style="bold", show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    rows = [("articles labelled", f"{report.labelled:,}")]
    rows += [(f"of these, {status}", f"{count:,}") for status, count in sorted(report.by_status.items())]
    rows += [
        ("rows rejected", f"{report.rejected:,}"),
        ("files that hold no articles", f"{len(report.skipped_files):,}"),
        ("seconds", f"{report.seconds:,.1f}"),
        ("written to", f"{report.output}, {report.parts:,} parts"),
    ]
    for name, value in rows:
        table.add_row(name, escape(value))
    Console().print(table)


@contextmanager
def encoder_on(engine: Engine, address: str | None, config: TrainConfig) -> Iterator["Encoder | None"]:
    """Give the encoder that training uses in place of the configured one, None for that one itself.

    Raises
    ------
    ConfigError
        If the options do not go together.
    """
    if engine == "local":
        if address is not None:
            raise ConfigError("--address is of a Ray cluster; give --engine ray too.")
        yield None
        return
    if config.finetune:
        raise ConfigError(
            "A Ray cluster shares out embedding; fine-tuning runs on one machine. Leave --engine ray out."
        )
    from newsclf.distributed.ray_encoder import RayEncoder

    with RayEncoder(config.encoder, Cluster(address=address), max_windows=config.max_windows) as encoder:
        yield encoder
