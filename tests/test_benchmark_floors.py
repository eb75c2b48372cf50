import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from floors import FLOORS, BelowFloorError, Floor, hold_floors, read_floors
from news_tasks import TASKS
from speed_tables import SPEED_TASKS
from support import ROOT
from topic_sets import TOPIC_SETS

CONTENT = """# why these

[news]
micro_f1 = 0.8  # agreed
accuracy = 0.9
[other]
accuracy = 0.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "floors.toml").write_text(CONTENT, encoding="utf-8")
    return tmp_path / "floors.toml"


def test_every_floor_is_read_with_its_line(file: Path) -> None:
    assert read_floors(file) == (
        Floor("news", "micro_f1", 0.8, 4),
        Floor("news", "accuracy", 0.9, 5),
        Floor("other", "accuracy", 0.5, 7),
    )


def test_a_figure_on_its_floor_holds(file: Path) -> None:
    hold_floors("news", {"micro_f1": 0.8, "accuracy": 0.95}, file=file)


def test_a_task_without_floors_holds(file: Path) -> None:
    hold_floors("third", {"micro_f1": 0.0}, file=file)


def test_a_figure_below_its_floor_fails_with_the_line_of_the_file_and_the_figure_found(file: Path) -> None:
    with pytest.raises(BelowFloorError, match=r"floors.toml:4: \[news\] micro_f1 = 0.8; found 0.7912") as failed:
        hold_floors("news", {"micro_f1": 0.7912, "accuracy": 0.95}, file=file)

    assert "accuracy" not in str(failed.value)
    assert "--lower-floors" in str(failed.value)


@pytest.mark.parametrize("lower", [False, True])
def test_a_figure_that_was_not_measured_fails_even_when_floors_may_be_lowered(file: Path, lower: bool) -> None:
    with pytest.raises(BelowFloorError, match=r"floors.toml:5: \[news\] accuracy = 0.9; it was not measured"):
        hold_floors("news", {"micro_f1": 0.9}, file=file, lower=lower)

    assert file.read_text(encoding="utf-8") == CONTENT


def test_a_figure_that_is_no_number_fails(file: Path) -> None:
    with pytest.raises(BelowFloorError, match="found nan"):
        hold_floors("other", {"accuracy": float("nan")}, file=file)


def test_without_the_flag_the_file_stays_as_it_is(file: Path) -> None:
    with pytest.raises(BelowFloorError, match=r"found 0\.7000"):
        hold_floors("news", {"micro_f1": 0.7, "accuracy": 0.95}, file=file)

    assert file.read_text(encoding="utf-8") == CONTENT


def test_with_the_flag_only_the_floor_that_is_missed_is_lowered_and_never_rounded_up(file: Path) -> None:
    hold_floors("news", {"micro_f1": 0.7999, "accuracy": 0.95}, file=file, lower=True)

    assert file.read_text(encoding="utf-8") == CONTENT.replace("micro_f1 = 0.8  # agreed", "micro_f1 = 0.799")
    hold_floors("news", {"micro_f1": 0.7999, "accuracy": 0.95}, file=file)


def test_the_floors_are_of_tasks_that_exist() -> None:
    topics = {f"topics_{name}{told}" for name in TOPIC_SETS for told in ("", "_told")}

    assert {floor.task for floor in read_floors(FLOORS)} <= topics | set(TASKS) | set(SPEED_TASKS)


@pytest.mark.parametrize(
    ("options", "passed"), [pytest.param([], False, id="plain"), pytest.param(["--lower-floors"], True, id="lowering")]
)
def test_only_its_own_flag_lets_a_run_below_a_floor_pass(options: list[str], passed: bool, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "tests" / "benchmarks", tmp_path / "tests" / "benchmarks")
    for test in folder.glob("test_*.py"):
        if test.name != "test_tasks.py":
            test.unlink()
    (folder / "floors.toml").write_text("[bbc]\naccuracy = 0.9\n", encoding="utf-8")
    (tmp_path / "plugin.py").write_text(
        "import pytest\n"
        "@pytest.fixture(scope='session')\n"
        "def measured():\n"
        "    return lambda task, peer: {'accuracy': [0.5, 0.4, 0.6]}\n",
        encoding="utf-8",
    )
    test = (folder / "test_tasks.py").read_text(encoding="utf-8")
    (folder / "test_tasks.py").write_text(test + "\nfrom plugin import measured\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(tmp_path / "pytest.ini")]
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nmarkers = benchmark\npythonpath = . tests/benchmarks\n", encoding="utf-8"
    )
    run = subprocess.run(
        [*command, "tests/benchmarks", "-k", "bbc-newsclf and not few_shot", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode == 0) is passed, run.stdout + run.stderr
    assert ("accuracy = 0.5" in (folder / "floors.toml").read_text(encoding="utf-8")) is passed
    if not passed:
        assert "floors.toml:2: [bbc] accuracy = 0.9; found 0.5000" in run.stdout
