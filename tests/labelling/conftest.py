"""What tests of labelling share."""

import sys
from pathlib import Path

import pytest
from stub_labelling import STUBBED, model_directory, stub_modules


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model directory; in this process and in its workers, its labels are the stub's."""
    for name, module in stub_modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.syspath_prepend(str(STUBBED))
    return model_directory(tmp_path / "model")
