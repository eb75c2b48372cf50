import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ray_cluster import ray_cluster
from rich.console import Console
from support import ROOT
from typer.testing import CliRunner

from newsclf import ConfigError, load
from newsclf.cli import app
from newsclf.console import progress_bars
from newsclf.distributed import RayLabelReport, labelling
from newsclf.distributed.ray_encoder import RayEncoder

ROWS = [
    {"title": f"Ferry {i} sinks off Mindanao", "text": "Forty people were saved by the coast guard."} for i in range(30)
]


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


@pytest.mark.parametrize("option", [["--restart"], ["--overwrite"], ["--rejects", "r.jsonl"]])
def test_options_of_one_machine_are_refused_on_a_cluster(option: list[str], rows: Path, tmp_path: Path) -> None:
    code, output = run("label", rows, "-o", tmp_path / "out", "--engine", "ray", *option)

    assert code == 2
    assert "--rejects, --restart and --overwrite are of the engine local" in " ".join(output.split())


def test_a_cluster_needs_files(rows: Path, tmp_path: Path) -> None:
    assert run("label", rows, "--engine", "ray")[0] == 2
    assert run("label", "-", "-o", tmp_path / "out", "--engine", "ray")[0] == 2


def test_what_a_cluster_renames_and_does_not_read_to_its_end_is_said(
    rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = RayLabelReport(
        output="out",
        labelled=30,
        rejected=0,
        statuses={"ok": 30},
        truncated=2,
        renamed={"themes": "input_themes"},
        parts=1,
        passed_over=0,
        seconds=1.0,
    )
    monkeypatch.setattr(labelling, "label_with_ray", lambda *_, **__: report)

    code, output = run("label", rows, "-o", tmp_path / "out", "--engine", "ray", "--model", tmp_path)

    assert code == 0
    assert output.count("The input's column 'themes' is 'input_themes' in the output.") == 1
    assert output.count("2 articles are longer than what the model's encoder reads of them") == 1


def test_the_end_of_a_stage_is_said_once_however_often_work_says_so_and_again_when_it_comes_again() -> None:
    console = Console(file=io.StringIO())
    with progress_bars(console) as progress:
        for stage, done, total in [
            ("scan", 0, 0), ("scan", 0, 0),
            ("label", 0, 9), ("label", 9, 9), ("label", 9, 9),
            ("label", 0, 5), ("label", 5, 5),
        ]:  # fmt: skip
            progress(stage, done, total)

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "scan: 0 done\nlabel: 9 done\nlabel: 5 done\n"


@pytest.mark.parametrize("command", [["label"], ["train", "--data"]])
def test_an_address_without_a_cluster_is_refused(command: list[str], rows: Path, tmp_path: Path) -> None:
    code, output = run(*command, rows, "--output", tmp_path / "out.jsonl", "--address", "auto")

    assert code == 2
    assert "give --engine ray too" in output


def test_fine_tuning_is_not_shared_out(tmp_path: Path) -> None:
    code, output = run(
        "train", "--data", ROOT / "data", "--output", tmp_path / "model", "--engine", "ray", "--finetune", "1"
    )

    assert code == 2
    assert "fine-tuning runs on one machine" in " ".join(output.split())


def test_the_static_encoder_needs_no_cluster() -> None:
    with pytest.raises(ConfigError, match="is faster than a cluster is reached"):
        RayEncoder("static")


@pytest.mark.slow
def test_articles_are_embedded_on_a_cluster_of_the_run_and_files_labelled_on_the_one_that_auto_finds(
    rows: Path, tmp_path: Path
) -> None:
    pytest.importorskip("ray")
    articles = (ROOT / "data" / "articles.jsonl").read_text(encoding="utf-8").splitlines()[::30]
    (tmp_path / "articles.jsonl").write_text("\n".join(articles) + "\n", encoding="utf-8")
    # A home of its own: a cluster that is started leaves a token there.
    own = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run_alone(*arguments: str | Path, **more: str) -> None:
        command = [
            sys.executable,
            "-c",
            "from newsclf.cli import main; main()",
            *map(str, arguments),
            "--engine",
            "ray",
        ]
        done = subprocess.run(command, env=os.environ | own | more, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2_000:]

    model, output = tmp_path / "model", tmp_path / "out"
    few = ["--topics", "none", "--min-label-count", "3"]
    run_alone("train", "--data", tmp_path / "articles.jsonl", "--output", model, *few)
    with ray_cluster(cpus=2) as cluster:
        run_alone("label", rows, "-o", output, "--model", model, "--address", "auto", RAY_TMPDIR=cluster.folder)

    assert load(model).encoder.fingerprint == load(ROOT / "models" / "default").encoder.fingerprint
    assert json.loads((output / "_report.json").read_text())["labelled"] == len(ROWS)
