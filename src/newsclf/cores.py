"""How many cores there are to work with."""


def usable_cores() -> int:
    """Return how many cores this process may use, by its affinity and by the limits of its container."""
    from joblib import cpu_count  # late: it brings multiprocessing, which a first look at the command does not need

    return int(cpu_count())
