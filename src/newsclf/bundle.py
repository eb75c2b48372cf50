"""The model directory: safetensors and JSON; written aside, then renamed.

Format 5. The number goes up when an older release could not read a directory, or would answer differently.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError

from newsclf.arrays import FloatMatrix
from newsclf.cascade import SecondStage
from newsclf.encoders import StoredEncoder, read_encoder
from newsclf.errors import BundleError, ConfigError, EncoderError, NoRoomError
from newsclf.familiarity import Familiarity
from newsclf.features import PLACE_FACETS, Features, Vocabulary, word_features
from newsclf.head_storage import head_fits, read_heads, write_heads
from newsclf.heads import Head
from newsclf.place_features import place_columns
from newsclf.schema import Article
from newsclf.stored_files import read_arrays, read_json, write_arrays, write_json
from newsclf.taxonomy import Taxonomy
from newsclf.topic_state import TopicState
from newsclf.topic_state_storage import read_topic_state, topic_state_fits, write_topic_state
from newsclf.words import WordTable

FORMAT = 5
# What reading a file that is not what its name says can raise.
_DAMAGE = (
    KeyError,
    TypeError,
    ValueError,
    OSError,
    AttributeError,
    ImportError,
    SafetensorError,
    EncoderError,
)
MANIFEST = "manifest.json"
_ENCODER = "encoder"
# What the second stage of a cascade adds, if there is one.
_SECOND = "second"
_CASCADE = "cascade.json"
# What an encoder's folder consists of; torch would unpickle others.
_ENCODER_SUFFIXES = frozenset({".json", ".txt", ".model", ".safetensors"})
# The parts of sentence-transformers that an encoder may be made of; it would look up any other name too.
_ENCODER_MODULE = re.compile(
    r"sentence_transformers\.(?:\w+\.)+(?:Transformer|Pooling|Normalize|Dense|LayerNorm|StaticEmbedding)"
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything of a model but an encoder that can be had elsewhere, which the manifest names.

    Parameters
    ----------
    manifest
        What the model was made from and with; ``files`` and ``format`` are filled in when it is written.
    metrics
        Held-out figures, equal for two trainings on the same data with the same seed.
    card
        The model card, in Markdown.
    own_encoder
        The encoder where it was made in training, and so is part of the model; else None.
    second
        The second stage of a cascade, on the vectors of the manifest's ``second_encoder``; None without one.
    """

    vocabulary: Vocabulary
    taxonomy: Taxonomy | None
    heads: Mapping[str, Head]
    familiarity: Familiarity
    topics: TopicState
    manifest: Mapping[str, Any]
    metrics: Mapping[str, Any]
    card: str
    own_encoder: StoredEncoder | None = None
    second: SecondStage | None = None

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Facet to the labels of its head, in order."""
        return {facet: head.labels for facet, head in self.heads.items()}

    def features(self, articles: Sequence[Article], vectors: FloatMatrix, *, jobs: int = 1) -> Features:
        """Return what the heads see of n cleaned articles and their (n, d) vectors; `jobs` processes find places."""
        columns = place_columns(self.taxonomy, self.manifest["countries"])
        return Features.of(articles, word_features(articles, self.vocabulary), vectors, columns, jobs=jobs)


def write_bundle(bundle: Bundle, directory: Path) -> None:
    """Write a model directory beside its place and rename it, so that no half-written model is ever found.

    Raises
    ------
    BundleError
        If the place is taken by something that is not a model directory.
    """
    directory = directory.resolve()
    check_place(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{directory.name}-", dir=directory.parent) as aside:
        new, old = Path(aside) / "new", Path(aside) / "old"
        new.mkdir()
        _write_parts(bundle, new)
        write_json(new / MANIFEST, {"format": FORMAT, **bundle.manifest, "files": _hashes(new)})
        if not directory.exists():
            os.replace(new, directory)  # noqa: PTH105 - the atomic one
            return
        os.replace(directory, old)  # noqa: PTH105
        try:
            os.replace(new, directory)  # noqa: PTH105
        except OSError:
            os.replace(old, directory)  # noqa: PTH105
            raise


def check_place(directory: Path) -> None:
    """Raise BundleError if a model cannot be written to a directory, because something else is there."""
    if _is_something_else(directory):
        raise BundleError(
            f"{directory} exists and is not a model directory; give another --output, or remove it first."
        )


def _is_something_else(path: Path) -> bool:
    """Say whether a path holds what is neither a model nor an empty folder."""
    if not path.exists() or (path / MANIFEST).is_file():
        return False
    return not path.is_dir() or any(path.iterdir())


def _write_parts(bundle: Bundle, folder: Path) -> None:
    tables = {"title": bundle.vocabulary.title, "body": bundle.vocabulary.body}
    write_json(folder / "vocabulary.json", {name: list(table.columns) for name, table in tables.items()})
    write_arrays(folder / "vocabulary.safetensors", **{name: table.idf for name, table in tables.items()})
    write_heads(folder, bundle.heads, bundle.familiarity)
    if bundle.second is not None:
        (folder / _SECOND).mkdir()
        write_heads(folder / _SECOND, bundle.second.heads, bundle.second.familiarity)
        write_json(folder / _SECOND / _CASCADE, {"limit": bundle.second.limit})
    if bundle.taxonomy is not None:
        write_json(folder / "taxonomy.json", bundle.taxonomy.to_dict())
    write_topic_state(folder, bundle.topics)
    write_json(folder / "metrics.json", bundle.metrics)
    (folder / "README.md").write_text(bundle.card, encoding="utf-8")
    if bundle.own_encoder is not None:
        bundle.own_encoder.save(folder / _ENCODER)


def read_bundle(directory: Path) -> Bundle:
    """Read a model directory; nothing in it is executed.

    Raises
    ------
    BundleError
        If it is missing, of another format, damaged, or holds a type that is not trusted.
    """
    manifest = _read_manifest(directory)
    try:
        vocabulary = _read_vocabulary(directory)
        heads, familiarity = read_heads(directory, words=vocabulary.size, dim=manifest["encoder"]["dim"])
        bundle = Bundle(
            vocabulary=vocabulary,
            taxonomy=_read_taxonomy(directory),
            heads=heads,
            familiarity=familiarity,
            topics=read_topic_state(directory),
            manifest=manifest,
            metrics=read_json(directory / "metrics.json"),
            card=(directory / "README.md").read_text(encoding="utf-8"),
            own_encoder=_read_own_encoder(directory, manifest),
            second=_read_second(directory / _SECOND, manifest, words=vocabulary.size),
        )
        _check_shapes(bundle, directory)
    except (ConfigError, NoRoomError):  # of this machine; nothing is wrong with the model
        raise
    except _DAMAGE as error:
        raise BundleError(f"{directory} is damaged or not a newsclf model: {error!r}. Train it again.") from error
    return bundle


def _read_manifest(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST
    if not path.is_file():
        raise BundleError(
            f"{directory} is not a model directory: it has no {MANIFEST}. "
            f"Train one with `python train.py --output {directory}`, or give the folder of another."
        )
    manifest = read_json(path)
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        raise BundleError(f"{path} has format {found!r}; this release reads format {FORMAT}. Train the model again.")
    actual = _hashes(directory)
    listed = manifest.get("files")
    if actual != listed:
        names = set(actual) | set(listed or {})
        changed = sorted(name for name in names if actual.get(name) != (listed or {}).get(name))
        raise BundleError(f"{directory} was changed after it was written: {', '.join(changed[:5])}. Train it again.")
    return dict(manifest)


def _read_vocabulary(directory: Path) -> Vocabulary:
    idf = read_arrays(directory / "vocabulary.safetensors")
    words = read_json(directory / "vocabulary.json")
    return Vocabulary(
        **{
            name: WordTable({word: i for i, word in enumerate(words[name])}, np.asarray(idf[name], dtype=np.float64))
            for name in ("title", "body")
        }
    )


def _read_second(folder: Path, manifest: Mapping[str, Any], *, words: int) -> SecondStage | None:
    if "second_encoder" not in manifest and not folder.exists():
        return None
    heads, familiarity = read_heads(folder, words=words, dim=manifest["second_encoder"]["dim"])
    return SecondStage(heads, familiarity, float(read_json(folder / _CASCADE)["limit"]))


def _read_taxonomy(directory: Path) -> Taxonomy | None:
    path = directory / "taxonomy.json"
    return Taxonomy.from_dict(read_json(path)) if path.exists() else None


def _read_own_encoder(directory: Path, manifest: Mapping[str, Any]) -> StoredEncoder | None:
    folder = directory / _ENCODER
    if not folder.exists():
        return None
    strange = sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_symlink() or (path.is_file() and path.suffix not in _ENCODER_SUFFIXES)
    )
    modules = read_json(folder / "modules.json") if (folder / "modules.json").exists() else []
    strange += [module["type"] for module in modules if not _ENCODER_MODULE.fullmatch(module["type"])]
    if strange:
        raise BundleError(f"{folder} holds {', '.join(strange[:5])}, which no model does; nothing of it was loaded.")
    return read_encoder(folder, name=manifest["encoder"]["name"], max_windows=manifest["encoder"]["max_windows"])


def _check_shapes(bundle: Bundle, directory: Path) -> None:
    """Raise BundleError unless the parts fit each other."""
    manifest = bundle.manifest
    dim = manifest["encoder"]["dim"]
    fits = [
        *(table.idf.shape == (table.size,) for table in (bundle.vocabulary.title, bundle.vocabulary.body)),
        topic_state_fits(bundle.topics, dim),
        _stage_fits(bundle, bundle.heads, bundle.familiarity, dim),
    ]
    if bundle.second is not None:
        second = bundle.second
        fits += [
            _stage_fits(bundle, second.heads, second.familiarity, manifest["second_encoder"]["dim"]),
            {facet: head.labels for facet, head in second.heads.items()} == bundle.labels,
        ]
    if not all(fits):
        raise BundleError(f"{directory} is damaged: its parts have shapes that do not fit each other. Train it again.")


def _stage_fits(bundle: Bundle, heads: Mapping[str, Head], familiarity: Familiarity, dim: int) -> bool:
    places = place_columns(bundle.taxonomy, bundle.manifest["countries"]).size
    columns = {facet: bundle.vocabulary.size + dim + (places if facet in PLACE_FACETS else 0) for facet in heads}
    is_familiar = familiarity.prototypes.shape[1] == dim
    return is_familiar and all(head_fits(head, columns[facet]) for facet, head in heads.items())


def _hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file but the manifest, by its path below the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != MANIFEST:
            with path.open("rb") as stream:
                found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def bundle_size(directory: Path) -> int:
    """Return the bytes of a model directory."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
