import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from support import ROOT

from newsclf import TrainConfig


def run_train(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "train.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_names_every_option_of_the_configuration() -> None:
    shown = run_train("--help").stdout

    for option in fields(TrainConfig):
        assert f"--{option.name.replace('_', '-')}" in shown
    for option in ("--data", "--output", "--rejects"):
        assert option in shown


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "Found 0 articles; training needs at least 5", id="empty file"),
        pytest.param('{"title": "x"}\n' * 40, "No head can be fitted for theme: no training article", id="no labels"),
        pytest.param("not json\n" * 30, "Found 0 articles", id="nothing but bad rows"),
    ],
)
def test_data_that_cannot_be_learned_from_ends_in_a_message(content: str, message: str, tmp_path: Path) -> None:
    numbered = "".join(line.replace('"x"', f'"x{i} y{i} z{i}"') for i, line in enumerate(content.splitlines(True)))
    (tmp_path / "articles.jsonl").write_text(numbered, encoding="utf-8")

    run = run_train("--data", tmp_path / "articles.jsonl", "--output", tmp_path / "model")

    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "model").exists()


def test_a_missing_file_ends_in_a_message(tmp_path: Path) -> None:
    run = run_train("--data", tmp_path / "none.jsonl")

    assert run.returncode == 2
    assert "does not exist; give a file" in run.stderr


@pytest.mark.slow
def test_bad_rows_are_counted_in_the_table_and_kept_in_a_file(tmp_path: Path) -> None:
    rows = (ROOT / "data" / "articles.jsonl").read_text(encoding="utf-8").splitlines()[::10]
    bad = ['{"title": 3}', "{", '{"title": "", "text": ""}', '{"title": "x", "themes": [1]}']
    (tmp_path / "articles.jsonl").write_text("\n".join([*rows, *bad]) + "\n", encoding="utf-8")

    output = tmp_path / "model"
    run = run_train(
        "--data", tmp_path / "articles.jsonl", "--output", output, "--topics", "none", "--cache-dir", tmp_path
    )

    assert run.returncode == 0, run.stderr
    rejects = [json.loads(line) for line in (tmp_path / "model.rejects.jsonl").read_text().splitlines()]
    assert [reject["line"] for reject in rejects] == [len(rows) + i for i in (1, 2, 3, 4)]
    assert f"read {len(rows):,} articles" in run.stdout
    assert "skipped 4 rows" in run.stdout
    assert "skipped: no text and no title" in run.stdout
