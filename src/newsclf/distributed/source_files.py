"""The files to label: found below a path or address, all of one format."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsclf.errors import DataError
from newsclf.reading.sources import format_of, is_hidden, is_readme

_JSON_LINES = (".jsonl", ".jsonl.gz", ".ndjson")
_PARQUET = (".parquet",)
_EXPECTED = ", ".join((*_JSON_LINES, *_PARQUET))


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Files in order of their paths.

    Parameters
    ----------
    filesystem
        Of pyarrow; every worker reads by it.
    is_parquet
        Else they are JSON lines.
    passed_over
        How many files hold no articles, by their endings.
    """

    filesystem: Any
    files: tuple[str, ...]
    is_parquet: bool
    passed_over: int


def resolve(place: str | Path) -> tuple[Any, str]:
    """Return pyarrow's filesystem and the path in it, of a local path or an address such as ``s3://…``.

    Raises
    ------
    DataError
        If no filesystem knows the address.
    """
    import pyarrow
    import pyarrow.fs

    if "://" not in str(place):
        return pyarrow.fs.LocalFileSystem(), str(Path(place).resolve())
    try:
        filesystem, path = pyarrow.fs.FileSystem.from_uri(str(place))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{place} cannot be reached: {error}") from error
    return filesystem, path


def find_files(source: str | Path) -> SourceFiles:
    """Find the file, or all files below the folder, that `RowSource` would read and that Ray can share out.

    Raises
    ------
    DataError
        If there is nothing, files of both formats, or any that only `RowSource` reads.
    """
    from pyarrow.fs import FileSelector, FileType

    filesystem, root = resolve(source)
    info = filesystem.get_file_info(root)
    if info.type == FileType.NotFound:
        raise DataError(f"{source} does not exist; give a file ({_EXPECTED}) or a folder of such files.")
    if info.type == FileType.File:
        found = [root]
    else:
        below = filesystem.get_file_info(FileSelector(root, recursive=True))
        found = sorted(f.path for f in below if f.type == FileType.File and _is_visible(f.path, root))
    chosen = [path for path in found if _has_ending(path, (*_JSON_LINES, *_PARQUET))]
    tables = [path for path in chosen if _has_ending(path, _PARQUET)]
    if not chosen:
        raise DataError(f"{source} holds no articles that Ray can share out; expected {_EXPECTED}.")
    if tables and len(tables) < len(chosen):
        raise DataError(f"{source} holds both Parquet and JSON lines; label each in a run of its own.")
    kept = set(chosen)
    others = [path for path in found if path not in kept]
    if unshared := [path for path in others if format_of(Path(path))]:
        raise DataError(
            f"{source} holds {len(unshared):,} files that only the engine local reads, such as {unshared[0]}. Ray "
            f"shares out {_EXPECTED}: label these in a folder of their own."
        )
    return SourceFiles(filesystem, tuple(chosen), bool(tables), len(others))


def _is_visible(path: str, root: str) -> bool:
    below = Path(path).relative_to(root)
    return not is_hidden(below) and not is_readme(below)


def _has_ending(path: str, endings: tuple[str, ...]) -> bool:
    return path.lower().endswith(endings)
