"""The verbs label and evaluate with a real model, and what the whole command promises."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from support import ROOT
from topic_models import GAS, OIL, TEXTS
from typer.testing import CliRunner, Result

import newsclf
from newsclf import Article, read_articles
from newsclf.cli import app
from newsclf.console import rate_bar


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})


def test_labels_of_a_file_are_those_that_predict_gives(
    saved_with_topics: Path, corpus: list[Article], tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    texts = [TEXTS[OIL], *(article.content for article in corpus[:20]), TEXTS[GAS]]
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts) + '{"text": 5}\n', encoding="utf-8")

    shown = run("label", source, "-o", tmp_path / "out.jsonl", "--model", saved_with_topics)

    assert shown.exit_code == 0, shown.output
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    expected = newsclf.load(saved_with_topics).predict_cleaned([*read_articles(source)])
    assert [row["themes"] for row in rows] == [[scored.label for scored in found.themes] for found in expected]
    assert [row["regions"] for row in rows] == [[scored.label for scored in found.regions] for found in expected]
    assert [row["countries"] for row in rows] == [[scored.label for scored in found.countries] for found in expected]
    assert [row["status"] for row in rows] == [found.status for found in expected]
    assert (rows[0]["topic_id"], rows[-1]["topic_id"]) == (OIL, GAS)
    assert rows[0]["scores"]["themes"] == [scored.score for scored in expected[0].themes]
    assert "rejected 1 rows, see" in shown.stdout
    table = {
        cells[1].strip(): cells[2].strip() for line in shown.stdout.splitlines() if len(cells := line.split("│")) > 2
    }
    assert (table["articles labelled"], table["rows rejected"]) == ("22", "1")
    assert table["written to"] == str(tmp_path / "out.jsonl")


def test_a_text_is_labelled_at_once(saved_with_topics: Path) -> None:
    prediction = newsclf.load(saved_with_topics).predict(TEXTS[OIL])

    assert run("label", "--text", TEXTS[OIL], "--model", saved_with_topics).stdout == f"{prediction}\n"
    assert (
        json.loads(run("label", "--text", TEXTS[OIL], "--json", "--model", saved_with_topics).stdout)
        == prediction.to_dict()
    )


def test_the_default_model_is_that_of_predict(saved_with_topics: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCLF_MODEL", str(saved_with_topics))

    assert "Oil [b]" in run("label", "--text", TEXTS[OIL]).stdout


def test_a_renamed_column_is_said(saved_with_topics: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": "Oil.", "themes": []}) + "\n", encoding="utf-8")

    shown = run("label", tmp_path / "in.jsonl", "-o", tmp_path / "out.csv", "--model", saved_with_topics)

    assert shown.stdout.count("The input's column 'themes' is 'input_themes' in the output.") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["label"], "Give either INPUT", id="nothing"),
        pytest.param(["label", "a.jsonl", "--text", "b"], "Give either INPUT", id="both"),
        pytest.param(["label", "none.jsonl", "--model", "{model}"], "does not exist; give a file", id="no file"),
        pytest.param(["label", "{file}", "--model", "none"], "none is not a model directory", id="no model"),
        pytest.param(["label", "{file}", "--model", "{model}", "-o", "a.xls"], "names no format", id="no format"),
        pytest.param(["evaluate", "{model}", "none.jsonl"], "does not exist; give a file", id="nothing to measure on"),
        pytest.param(["evaluate", "{model}", "{file}"], "None of the 1 articles has labels", id="no labels"),
    ],
)
def test_what_cannot_be_done_ends_in_a_message(
    arguments: list[str], message: str, saved_with_topics: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "Oil."}\n', encoding="utf-8")

    shown = run(*(argument.format(model=saved_with_topics, file=tmp_path / "in.jsonl") for argument in arguments))

    assert shown.exit_code == 2
    assert message in shown.stderr


@pytest.mark.parametrize(
    "option",
    [
        ["--output", "a.jsonl"],
        ["--rejects", "a.jsonl"],
        ["--workers", "2"],
        ["--restart"],
        ["--overwrite"],
        ["--engine", "ray"],
        ["--address", "auto"],
    ],
    ids=" ".join,
)
def test_an_option_of_files_is_refused_beside_a_text(option: list[str]) -> None:
    shown = run("label", "--text", "Oil.", *option)

    assert shown.exit_code == 2
    assert f"{option[0]} is of INPUT; --text prints what one text gets" in shown.stderr


@pytest.mark.parametrize("engine", ["local", "ray"])
def test_json_is_refused_beside_files(engine: str, tmp_path: Path) -> None:
    shown = run("label", tmp_path, "-o", tmp_path / "out", "--json", "--engine", engine)

    assert shown.exit_code == 2
    assert "--json is of --text" in shown.stderr


def test_evaluate_prints_what_the_library_measures(
    saved_with_topics: Path, corpus: list[Article], tmp_path: Path
) -> None:
    rows = [
        {"title": article.title, "text": article.text, "themes": article.themes, "regions": article.regions}
        for article in corpus[:60]
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n", encoding="utf-8")

    shown = run("evaluate", saved_with_topics, tmp_path / "in.jsonl")
    as_json = run("evaluate", saved_with_topics, tmp_path / "in.jsonl", "--json")

    expected = newsclf.evaluate(newsclf.load(saved_with_topics), read_articles(tmp_path / "in.jsonl"))
    assert shown.stdout == f"{expected}\n"
    assert json.loads(as_json.stdout) == expected.to_dict()
    assert "skipped 1 rows" in shown.stderr


def test_a_terminal_sees_rows_rate_and_share_and_nothing_else_does() -> None:
    seen, unseen = (Console(file=io.StringIO(), force_terminal=is_terminal, width=100) for is_terminal in (True, False))
    for console in (seen, unseen):
        with rate_bar(console) as progress:
            progress(256, 0.25)
            progress(512, 0.5)

    drawn = seen.file.getvalue()  # type: ignore[attr-defined]
    assert re.search(r"label: 512 rows, [\d,]+ a second .* 50%", drawn)
    assert unseen.file.getvalue() == ""  # type: ignore[attr-defined]


def test_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"newsclf {newsclf.__version__}\n"


def test_help_and_verbs_import_nothing_heavy() -> None:
    code = """
import sys
from newsclf.cli import main
sys.argv = ["newsclf", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
heavy = {"torch", "sklearn", "scipy", "pyarrow", "lxml", "multiprocessing", "concurrent.futures.thread"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    shown = [
        subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True).stdout
        for arguments in (["--help"], ["label", "--help"], ["train", "--help"], ["evaluate", "--help"])
    ]

    for verb in ("train", "label", "evaluate", "topics"):
        assert verb in shown[0]
    for option in ("--output", "--model", "--workers", "--rejects", "--restart", "--overwrite", "--text"):
        assert option in shown[1]
    assert "--topic-runs" in shown[2]


@pytest.mark.slow
def test_worker_processes_label_as_one_process_does(tmp_path: Path) -> None:
    rows = (ROOT / "data" / "articles.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[:6]
    (tmp_path / "in.jsonl").write_text("".join(rows), encoding="utf-8")
    model = ROOT / "models" / "default"
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    for workers in (1, 2):
        code = "import sys, newsclf; newsclf.label_file(*sys.argv[1:4], workers=int(sys.argv[4]), rows_at_once=3)"
        arguments = [model, tmp_path / "in.jsonl", tmp_path / f"{workers}.jsonl", workers]
        subprocess.run([sys.executable, "-c", code, *map(str, arguments)], env=environment, check=True)

    one, two = ([json.loads(line) for line in (tmp_path / f"{n}.jsonl").read_bytes().splitlines()] for n in (1, 2))
    assert len(one) == 6
    for alone, together in zip(one, two, strict=True):
        scores, others = alone.pop("scores"), together.pop("scores")
        assert alone == together
        assert others["themes"] == pytest.approx(scores["themes"], abs=1e-5)
