"""How much memory there is to work in."""

from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
# Limit and use of a container, and what of the use are files that may be dropped: version 2 of control groups, and 1.
_FILES = (
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat", "total_inactive_file"),
)


def free_bytes(cgroups: Path = _CGROUPS) -> int:
    """Return how many bytes this process may still take, by the machine and by the limit of its container.

    A container is seen where its own control group is the root, as in Docker.
    """
    import psutil  # late: a first look at the command does not need it

    free = int(psutil.virtual_memory().available)
    for limit, used, statistics, droppable in _FILES:
        try:
            left = int((cgroups / limit).read_text()) - int((cgroups / used).read_text())
        except (OSError, ValueError):  # no container of this version, or one without a limit: "max"
            continue
        free = min(free, max(left + _value(cgroups / statistics, droppable), 0))
    return free


def _value(statistics: Path, name: str) -> int:
    """Return the value of a line of a file, 0 where it has none."""
    try:
        lines = statistics.read_text().splitlines()
        return next((int(value) for found, value in map(str.split, lines) if found == name), 0)
    except (OSError, ValueError):
        return 0
