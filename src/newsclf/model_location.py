"""Find the default model: named, below the working directory, or built in."""

import os
from pathlib import Path

from newsclf.bundle import MANIFEST
from newsclf.errors import BundleError

_DEFAULT_MODEL = Path("models/default")
# Where the built-in model is in an installed package, and in a checkout that is installed in place.
_INSTALLED_MODEL = Path(__file__).parent / "models" / "default"
_CHECKOUT_MODEL = Path(__file__).parents[2] / "models" / "default"
_MODEL_VARIABLE = "NEWSCLF_MODEL"


def default_model_path() -> Path:
    """Return where the default model is, or raise BundleError with how to make one."""
    named = os.environ.get(_MODEL_VARIABLE)
    places = [Path(named)] if named else [_DEFAULT_MODEL, _INSTALLED_MODEL, _CHECKOUT_MODEL]
    found = next((path.resolve() for path in places if (path / MANIFEST).is_file()), None)
    if found is None:
        raise BundleError(
            f"No model at {places[0].resolve()}. Run `python train.py` to train the default one, set {_MODEL_VARIABLE} "
            f"to a model directory, or call newsclf.load(directory).predict(...)."
        )
    return found
