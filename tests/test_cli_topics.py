import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, HashedWordEncoder
from topic_models import GAS, GOAL, NAMES, OIL, STORMS, TEXTS
from typer.testing import CliRunner, Result

from newsclf import Article
from newsclf.bundle import read_bundle
from newsclf.cli import app
from newsclf.topic_state import TopicState


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["topics", *map(str, arguments)], env={"COLUMNS": "200"})


def written(path: Path, texts: Sequence[str], *, bad: Sequence[str] = ()) -> Path:
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts) + "\n".join(bad), encoding="utf-8")
    return path


def ids_of(directory: Path) -> list[int]:
    return read_bundle(directory).topics.model.ids.tolist()


def test_list_shows_id_name_articles_and_keywords(saved_with_topics: Path) -> None:
    shown = run("list", saved_with_topics)

    assert shown.exit_code == 0
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.stdout.splitlines() if "│" in line]
    assert rows[0] == ["2", "Oil [b]", "10", "oil [b]"]
    assert rows[1] == ["5", "Goal, late, league", "10", "goal, late, league"]
    assert "wait" not in shown.stdout


def test_list_as_json_is_nothing_but_json(saved_with_topics: Path) -> None:
    rows = json.loads(run("list", saved_with_topics, "--json").stdout)

    assert [row["id"] for row in rows] == [OIL, GOAL, GAS]
    assert rows[1] == {"id": GOAL, "name": "Goal, late, league", "keywords": ["goal", "late", "league"], "size": 10}


def test_merge_saves_in_place_and_says_what_was_made(saved_with_topics: Path) -> None:
    shown = run("merge", saved_with_topics, f"{OIL},{GAS}")

    assert shown.exit_code == 0, shown.output
    assert ids_of(saved_with_topics) == [GOAL, 8]
    whole = read_bundle(saved_with_topics).topics.model.topic(8)
    assert "8" in shown.stdout
    assert whole.name in shown.stdout
    assert f"saved in {saved_with_topics}" in shown.stdout
    assert [path.name for path in saved_with_topics.parent.iterdir()] == ["model"]


def test_merge_into_another_directory_leaves_the_first_as_it_was(saved_with_topics: Path, tmp_path: Path) -> None:
    shown = run("merge", saved_with_topics, f"{OIL},{GAS}", "--output", tmp_path / "merged")

    assert shown.exit_code == 0, shown.output
    assert ids_of(tmp_path / "merged") == [GOAL, 8]
    assert ids_of(saved_with_topics) == [OIL, GOAL, GAS]


def test_add_counts_what_became_of_the_articles_and_of_the_rows_that_are_none(
    saved_with_topics: Path, tmp_path: Path
) -> None:
    first = written(tmp_path / "first.jsonl", [TEXTS[OIL], STORMS[0]], bad=["{", '{"text": 3}', '{"text": 4}'])
    options = ("--min-size", "3", "--cache-dir", tmp_path / "cache")

    shown = run("add", saved_with_topics, first, *options)

    assert shown.exit_code == 0, shown.output
    assert f"read 2 articles of {first}" in shown.stdout
    assert "skipped 3 rows" in shown.stdout
    assert "2: 'text' is int, not a string" in shown.stdout
    assert "1 articles joined topics, 0 made new ones, 1 wait" in shown.stdout
    assert "0 articles that waited before have a topic now" in shown.stdout
    assert "New topics" not in shown.stdout
    assert "1 articles wait for a topic" in run("list", saved_with_topics).stdout

    shown = run("add", saved_with_topics, written(tmp_path / "second.jsonl", STORMS[1:3]), *options)

    assert "0 articles joined topics, 2 made new ones, 0 wait" in shown.stdout
    assert "1 articles that waited before have a topic now" in shown.stdout
    assert "New topics" in shown.stdout
    assert read_bundle(saved_with_topics).topics.model.topic(8).size == 3
    assert "wait" not in run("list", saved_with_topics).stdout


def test_report_hands_over_what_was_read(
    saved_with_topics: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []

    def write_report(
        state: TopicState, articles: Sequence[Article], vectors: Any, path: Path, *, title: str, period: str
    ) -> None:
        calls.append(locals())

    monkeypatch.setattr("newsclf.topic_report.write_report", write_report)
    news = written(tmp_path / "news.jsonl", [TEXTS[OIL], TEXTS[GAS]])
    page = tmp_path / "page.html"

    shown = run(
        "report",
        saved_with_topics,
        news,
        "-o",
        page,
        "--title",
        "May",
        "--period",
        "week",
        "--cache-dir",
        tmp_path / "c",
    )

    assert shown.exit_code == 0, shown.output
    (call,) = calls
    assert call["state"].model.ids.tolist() == [OIL, GOAL, GAS]
    assert [article.text for article in call["articles"]] == [TEXTS[OIL], TEXTS[GAS]]
    assert (call["vectors"] == HashedWordEncoder().encode([TEXTS[OIL], TEXTS[GAS]])).all()
    assert (call["path"], call["title"], call["period"]) == (page, "May", "week")
    assert f"written to {page}" in shown.stdout


def test_a_report_of_a_few_articles_is_a_page(saved_with_topics: Path, tmp_path: Path) -> None:
    news = written(tmp_path / "news.jsonl", [TEXTS[OIL], TEXTS[GAS], TEXTS[OIL]])
    page = tmp_path / "page.html"

    shown = run("report", saved_with_topics, news, "-o", page, "--title", "Our news", "--cache-dir", tmp_path / "cache")

    assert shown.exit_code == 0, shown.output
    html = page.read_text(encoding="utf-8")
    assert "Our news" in html
    assert NAMES[OIL] in html


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["merge", "{model}", "2,9"], "There is no topic 9. Ids of this model: 2, 5, 7.", id="no such id"),
        pytest.param(["merge", "{model}", "2;5"], "'2;5' is no group of topics", id="no ids"),
        pytest.param(["merge", "{model}", "2"], "has fewer than two topics", id="a group of one"),
        pytest.param(["merge", "{model}", "2,5", "--output", "{other}"], "is not a model directory", id="taken place"),
        pytest.param(["list", "{other}"], "is not a model directory", id="no model"),
        pytest.param(["add", "{model}", "{other}/none.jsonl"], "does not exist; give a file", id="no file"),
        pytest.param(["add", "{model}", "{other}"], "holds no article that can be read", id="no article"),
        pytest.param(["add", "{model}", "{other}", "--min-size", "1"], "--min-size", id="too small"),
        pytest.param(["report", "{model}", "{other}", "--period", "day"], "'day'", id="no period"),
    ],
)
def test_what_cannot_be_done_ends_in_a_message_and_changes_nothing(
    arguments: list[str], message: str, saved_with_topics: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    written(other / "rows.jsonl", [])
    before = {path: path.read_bytes() for path in saved_with_topics.rglob("*") if path.is_file()}

    shown = run(*(argument.format(model=saved_with_topics, other=other) for argument in arguments))

    assert shown.exit_code == 2
    assert message in shown.stderr
    assert {path: path.read_bytes() for path in saved_with_topics.rglob("*") if path.is_file()} == before


def test_help_names_every_verb_and_imports_nothing_heavy() -> None:
    code = """
import sys
from newsclf.cli import main
sys.argv = ["newsclf", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
heavy = {"torch", "sklearn", "scipy", "bertopic", "sentence_transformers", "plotly"} & set(sys.modules)
assert not heavy, heavy
"""
    shown = [
        subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for arguments in (["--help"], ["topics", "--help"])
    ]

    assert "topics" in shown[0]
    for verb in ("list", "merge", "add", "report"):
        assert verb in shown[1]
