"""The model that has seen only `data/`, on real news that it has never seen."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from batching import batch_differences
from recording import ROOT, record, run_training
from sklearn.metrics import average_precision_score
from unseen import ATTACK_THEMES, ATTACKS, SECTIONS

import newsclf
from newsclf import Article, NewsClassifier
from newsclf.embedding import embed
from newsclf.evaluation import target_matrix
from newsclf.label_resolution import resolve_labels
from newsclf.places import find_places
from newsclf.taxonomy import load_taxonomy

pytestmark = pytest.mark.benchmark
REGIONS = tuple(concept.name for concept in load_taxonomy().concepts("region"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> NewsClassifier:
    folder = tmp_path_factory.mktemp("builtin")
    return newsclf.load(run_training(["--data", ROOT / "data", "--topics", "none"], folder=folder))


def read(folder: Path, name: str) -> list[Article]:
    return list(newsclf.read_articles(folder / f"{name}.jsonl.gz"))


def region_figures(model: NewsClassifier, articles: Sequence[Article]) -> dict[str, float]:
    """Return micro precision, recall and F1 of macro-regions; countries of the articles count as their regions."""
    targets = target_matrix(resolve_labels(articles, load_taxonomy()).articles, "region", REGIONS)
    given = [{scored.label for scored in prediction.regions} for prediction in model.predict(articles)]
    predicted = np.array([[region in names for region in REGIONS] for names in given])
    hits = (targets & predicted).sum()
    return figures(hits, predicted.sum(), targets.sum())


def figures(hits: float, given: float, true: float) -> dict[str, float]:
    rounded = {"precision": hits / given, "recall": hits / true, "f1": 2 * hits / (given + true)}
    return {name: round(float(value), 4) for name, value in rounded.items()}


def theme_scores(model: NewsClassifier, articles: Sequence[Article]) -> tuple[tuple[str, ...], np.ndarray]:
    vectors, _ = embed([article.content for article in articles], model.encoder)
    return model.facets["theme"], model.scores(articles, vectors)["theme"]


def _home(section: str, theme: str) -> str:
    """Return the theme where the section is the one that it is listed in first, else nothing."""
    first = next(name for name, themes in SECTIONS.items() if theme in themes)
    return theme if first == section else ""


def test_wcep_regions(model: NewsClassifier, benchmark_data: Path) -> None:
    articles = [a for a in read(benchmark_data, "wcep-2025") if a.regions]
    found = region_figures(model, articles)
    record("unseen_wcep_regions", {"n": len(articles), **found}, data="WCEP 2025", split="items with a region")

    assert found["f1"] >= 0.90
    assert found["recall"] >= 0.93


def test_wcep_themes(model: NewsClassifier, benchmark_data: Path) -> None:
    articles = read(benchmark_data, "wcep-2025")
    themes, scores = theme_scores(model, articles)
    best = [themes[i] for i in scores.argmax(axis=1)]
    right = np.mean([theme in SECTIONS[a.themes[0]] for theme, a in zip(best, articles, strict=True)])
    strict = np.mean([theme == _home(a.themes[0], theme) for theme, a in zip(best, articles, strict=True)])
    found = {"accuracy": round(float(right), 4), "accuracy_one_section_a_theme": round(float(strict), 4)}
    record("unseen_wcep_themes", {"n": len(articles), **found}, data="WCEP 2025", split="all")

    assert right >= 0.76


def test_reuters_regions(model: NewsClassifier, benchmark_data: Path) -> None:
    articles = [a for a in read(benchmark_data, "reuters21578") if a.split == "test"]
    found = region_figures(model, articles)
    record("unseen_reuters_regions", {"n": len(articles), **found}, data="Reuters-21578", split="test")

    assert found["f1"] >= 0.70


def test_muc_attacks(model: NewsClassifier, benchmark_data: Path) -> None:
    articles = read(benchmark_data, "muc34-train")
    told = [bool(ATTACKS & set(a.themes)) for a in articles]
    kept = [i for i, a in enumerate(articles) if told[i] or "IRRELEVANT" in a.themes]
    themes, scores = theme_scores(model, [articles[i] for i in kept])
    attacks = [told[i] for i in kept]
    columns = {theme: scores[:, themes.index(theme)] for theme in ATTACK_THEMES}
    columns["mean of the three"] = np.mean(list(columns.values()), axis=0)
    found = {name: round(float(average_precision_score(attacks, ranked)), 4) for name, ranked in columns.items()}
    record(
        "unseen_muc_attacks",
        {"n": len(kept), "share": round(float(np.mean(attacks)), 4), "average_precision": found},
        data="MUC-3 and MUC-4",
        split="train, attacks against IRRELEVANT",
    )

    assert found["Terrorism"] >= 0.70


def test_local_news_countries(model: NewsClassifier, benchmark_data: Path) -> None:
    articles = read(benchmark_data, "geoparse-lgl")
    taxonomy = load_taxonomy()
    true = [{f"country:{taxonomy.country_of(name)}" for name in a.regions} for a in articles]
    given = [{country.id for country in prediction.countries} for prediction in model.predict(articles)]
    found = figures(
        sum(len(a & b) for a, b in zip(true, given, strict=True)), sum(map(len, given)), sum(map(len, true))
    )
    record("unseen_lgl_countries", {"n": len(articles), **found}, data="GeoParse LGL", split="all")

    assert found["recall"] >= 0.80
    assert found["precision"] >= 0.60


def test_a_batch_gives_each_text_what_it_gets_alone(benchmark_data: Path) -> None:
    articles = read(benchmark_data, "wcep-2025")[:5_000]
    differ, gap = batch_differences(newsclf.load(ROOT / "models" / "default"), articles)
    found = {"n": len(articles), "differ": differ, "largest_score_gap": gap}
    record("batch_of_one_builtin", found, data="WCEP 2025", split="first 5,000, against the built-in model")

    assert differ <= len(articles) // 1_000
    assert gap <= 1e-3


def test_places_are_found_at_five_megabytes_a_second(benchmark_data: Path) -> None:
    news = [f"{a.title}\n\n{a.text}" for name in ("reuters21578", "wcep-2025") for a in read(benchmark_data, name)]
    find_places(news[0])  # build the automaton
    start = time.process_time()
    for text in news:
        find_places(text)
    seconds = time.process_time() - start
    megabytes = sum(len(text.encode()) for text in news) / 1e6
    speed = {"n": len(news), "mb_per_cpu_second": round(megabytes / seconds, 1)}
    record("places_speed", speed, data="Reuters-21578 and WCEP 2025", split="all")

    assert speed["mb_per_cpu_second"] >= 5
