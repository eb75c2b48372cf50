"""A Ray cluster: how it is reached or started, quietly, and left as it was found."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

from newsclf.cores import usable_cores
from newsclf.errors import ClusterError, ConfigError, MissingExtraError

# Unless told so, Ray reports to its makers, and hides accelerators from tasks that ask for none.
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Who shares the work.

    Every machine needs the same newsclf; models are sent to them. An encoder that is neither built in nor part of
    the model has to be on each machine, under the same path or in the hub's cache.

    Parameters
    ----------
    address
        Of a running cluster, as ``ray start`` prints it; ``auto`` for the one that this machine is part of. None
        starts one on this machine, and stops it afterwards. A connection that is already open is used, and left open.
    workers
        Processes that each hold the model; None for as many as there are CPUs for.
    threads_per_worker
        CPUs that each takes.
    pin
        Whether each worker keeps to cores that no other has, on Linux; for measuring.
    """

    address: str | None = None
    workers: int | None = None
    threads_per_worker: int = 1
    pin: bool = False

    def __post_init__(self) -> None:
        for name, value in (("workers", self.workers), ("threads_per_worker", self.threads_per_worker)):
            if value is not None and value < 1:
                raise ConfigError(f"{name} is {value}; give a number from 1.")


@contextmanager
def connected(cluster: Cluster) -> Iterator[int]:
    """Reach or start the cluster, and yield how many workers share the work.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    ConfigError
        If more workers are asked for than there are CPUs for: they would be waited for without end.
    ClusterError
        If the cluster is out of reach, or Ray gives the work up.
    """
    ray = import_ray()
    is_ours = not ray.is_initialized()
    if is_ours:
        _start(cluster, ray)
    try:
        with _quiet_data():
            yield _worker_count(cluster, ray)
    except ray.exceptions.RayError as error:
        raise ClusterError(f"Ray gave the work up: {_first_reason(error)}") from error
    finally:
        if is_ours:
            ray.shutdown()


def _first_reason(error: Exception) -> str:
    """Return the last line of the first of the tracebacks that Ray puts one after the other into a message."""
    first = str(error).partition("\n\nThe above exception")[0].strip()
    return first.splitlines()[-1] if first else type(error).__name__


def import_ray() -> ModuleType:
    """Import Ray with its data library, or say how to install it."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError(
            "Work is shared out by Ray Data, which is missing: pip install 'newsclf[ray]'"
        ) from error
    module: ModuleType = ray
    return module


def _start(cluster: Cluster, ray: ModuleType) -> None:
    options = {"logging_level": logging.ERROR, "log_to_driver": False}
    if cluster.address is None:
        cpus = (cluster.workers or 0) * cluster.threads_per_worker or usable_cores()
        options |= {"num_cpus": cpus, "include_dashboard": False}
    try:
        ray.init(address=cluster.address or "local", **options)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ClusterError(
            f"No Ray cluster at {cluster.address or 'this machine'}: {error}. Start one with `ray start --head`, and "
            f"give the address that it prints; without an address, one is started for the run. If yours asks for a "
            f"token, as Ray's do where ~/.ray holds one, set RAY_AUTH_MODE=token first."
        ) from error


def _worker_count(cluster: Cluster, ray: ModuleType) -> int:
    cpus = int(ray.cluster_resources().get("CPU", 0))
    room = cpus // cluster.threads_per_worker
    if room < (cluster.workers or 1):
        raise ConfigError(
            f"{cluster.workers or 1} workers of {cluster.threads_per_worker} threads need more than the {cpus} CPUs "
            f"of the cluster; ask for fewer, or add machines before the run."
        )
    return cluster.workers or room


@contextmanager
def _quiet_data() -> Iterator[None]:
    """Keep Ray Data from printing its plans; what goes wrong is raised."""
    logger = logging.getLogger("ray.data")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
