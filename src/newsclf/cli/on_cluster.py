"""What `newsclf label` and `newsclf train` do with ``--engine ray``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console

from newsclf.cli.labelled import tell_labelled
from newsclf.config import TrainConfig
from newsclf.console import progress_bars
from newsclf.distributed.cluster import Cluster
from newsclf.errors import ConfigError
from newsclf.reading.rejects import REJECTS_FOLDER

if TYPE_CHECKING:
    from newsclf.encoders import Encoder

Engine = Literal["local", "ray"]


def label_on_cluster(model: Path, source: str, output: str, cluster: Cluster) -> None:
    """Label files on a cluster, and say what was done."""
    from newsclf.distributed.labelling import label_with_ray

    with progress_bars(Console(stderr=True, markup=False, highlight=False)) as progress:
        report = label_with_ray(model, source, output, cluster=cluster, progress=progress)
    tell_labelled(
        report,
        rejects=f"{report.output}/{REJECTS_FOLDER}",
        output=f"{report.output}, {report.parts:,} parts",
        console=Console(markup=False, highlight=False),
    )


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
