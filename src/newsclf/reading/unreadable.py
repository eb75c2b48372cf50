"""Files that the disk does not give: another try may read them, so that they are errors and no rejects."""

from pathlib import Path

from newsclf.errors import DataError


def unreadable(file: Path, error: OSError) -> DataError:
    """Return the error for a file that cannot be read, whatever its bytes are."""
    if isinstance(error, FileNotFoundError):
        return DataError(f"{file} was there when the run began and is gone now. Bring it back, or begin anew.")
    return DataError(f"{file} cannot be read: {error.strerror or error}. Give the same command again once it can be.")
