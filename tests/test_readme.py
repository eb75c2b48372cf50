import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from newsclf import NewsClassifier

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
SETUP = "pip install -c constraints.txt"


def test_the_readme_is_short_and_shows_code_early() -> None:
    lines = README.splitlines()

    assert len(lines) < 150
    assert next(i for i, line in enumerate(lines, 1) if line.startswith("```")) <= 20


def test_the_two_set_up_commands_are_those_that_ci_runs() -> None:
    commands = [line for line in README.splitlines() if line.startswith(SETUP)]

    assert commands == [f"{SETUP} . && python train.py", f"{SETUP} '.[test]' && pytest"]
    assert f'grep -E "^{SETUP.replace(".", chr(92) + ".")}"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.fixture
def workplace(real_model: NewsClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as its reader would have: a default model, and some articles."""
    real_model.save(tmp_path / "models" / "default")
    rows = (ROOT / "data" / "articles.jsonl").read_text(encoding="utf-8").splitlines()[::6]
    (tmp_path / "articles.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    shutil.copy(ROOT / "train.py", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("code", [body for language, body in BLOCKS if language == "python"], ids=["predict", "train"])
def test_the_python_of_the_readme_runs(code: str, workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {})

    assert "theme" in capsys.readouterr().out


@pytest.mark.slow
def test_the_shell_commands_of_the_readme_run(workplace: Path) -> None:
    commands = [body.strip() for language, body in BLOCKS if language == "sh" and not body.startswith(SETUP)]

    assert commands == ["python train.py --data articles.jsonl --output models/mine"]
    run = subprocess.run([sys.executable, *commands[0].split()[1:]], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    for part in (
        "to learn from",
        "Held-out figures",
        "TF-IDF + LinearSVC",
        "majority",
        "training articles without a topic",
        "size of the model",
    ):
        assert part in run.stdout
    assert (workplace / "models" / "mine" / "manifest.json").is_file()


def test_every_block_is_of_a_language_that_is_run() -> None:
    assert {language for language, _ in BLOCKS} == {"python", "sh"}
