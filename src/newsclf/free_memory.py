"""How much memory there is to work in."""

from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
# Limit and use of a container, in version 2 of control groups and in version 1.
_FILES = (
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)


def free_bytes(cgroups: Path = _CGROUPS) -> int:
    """Return how many bytes this process may still take, by the machine and by the limit of its container."""
    import psutil  # late: a first look at the command does not need it

    free = int(psutil.virtual_memory().available)
    for limit, used in _FILES:
        try:
            left = int((cgroups / limit).read_text()) - int((cgroups / used).read_text())
        except (OSError, ValueError):  # no container of this version, or one without a limit: "max"
            continue
        free = min(free, max(left, 0))
    return free
