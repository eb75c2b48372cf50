"""Files and names of files that a loss of power does not take back."""

import os
import sys
from contextlib import suppress
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until what was written to a file is on its disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names of a folder's files are on its disk, where the platform and the disk can be asked for it."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # some network disks refuse it, and a folder that one may not list cannot be opened
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def put_in_place(aside: Path, place: Path) -> None:
    """Rename a file that is on its disk, over an older one: whatever happens, the old one is there or the new one."""
    os.replace(aside, place)  # noqa: PTH105 - the atomic one
    sync_folder(place.parent)
