"""The committed model is the one that `data/` and the recipe give."""

import json
from pathlib import Path

from support import ROOT

from newsclf import TrainConfig, load_taxonomy, read_articles
from newsclf.bundle import bundle_size, read_bundle
from newsclf.encoders import load_encoder
from newsclf.label_resolution import resolve_labels
from newsclf.training import data_hash, recipe_hash

DEFAULT = ROOT / "models" / "default"
MANIFEST = json.loads((DEFAULT / "manifest.json").read_text(encoding="utf-8"))


def test_it_was_trained_on_the_articles_in_the_tree() -> None:
    articles = resolve_labels(read_articles(ROOT / "data"), load_taxonomy()).articles

    assert MANIFEST["data"] == {"articles": len(articles), "sha256": data_hash(articles)}


def test_it_was_trained_with_the_recipe_in_the_tree() -> None:
    assert MANIFEST["recipe"] == recipe_hash(TrainConfig(), load_encoder().fingerprint)


def test_it_is_whole_and_under_ten_megabytes() -> None:
    bundle = read_bundle(DEFAULT)

    assert {facet: len(head.labels) for facet, head in bundle.heads.items()} == {"theme": 30, "region": 10}
    assert bundle_size(DEFAULT) < 10_000_000


def test_it_goes_into_the_wheel() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert '"models/default" = "newsclf/models/default"' in settings
    assert Path("models/default") == DEFAULT.relative_to(ROOT)
