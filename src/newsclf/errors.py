"""The errors that newsclf raises on purpose; each message says what was found, expected, and to do."""

from pathlib import Path


class NewsclfError(Exception):
    """Root of every error that newsclf raises on purpose."""


class ConfigError(NewsclfError, ValueError):
    """An option has a value that cannot work."""


class DataError(NewsclfError, ValueError):
    """The articles given cannot be used as they are."""


class TaxonomyError(NewsclfError, ValueError):
    """A taxonomy is missing, damaged, or contradicts itself."""


class LabelLeakError(DataError):
    """A text still shows the labels that are to be predicted from it."""


class EncoderError(NewsclfError):
    """The sentence encoder is missing, damaged, or out of reach."""


class NoRoomError(EncoderError):
    """The device has no memory left for the encoder."""


class MissingExtraError(NewsclfError, ImportError):
    """What was asked for needs a package that only an extra of newsclf installs."""


class WorkerError(NewsclfError):
    """A process that labels has died."""


class UnfinishedError(NewsclfError):
    """An earlier run stands in the way, or has been overtaken: go on, begin anew, or write somewhere else."""


class ClusterError(NewsclfError):
    """A Ray cluster is out of reach, or gave up what it was asked to do."""


class BundleError(NewsclfError):
    """A model directory is missing, damaged, or not one of ours."""


class EncoderMismatchError(BundleError):
    """The heads of this model were fitted on another embedding space."""

    def __init__(self, *, path: Path, expected: str, found: str) -> None:
        super().__init__(
            f"{path} was trained on embeddings with fingerprint {expected}, but the encoder found here has "
            f"{found}; its scores would be meaningless. Install the encoder named in {path / 'manifest.json'}, "
            f"or train again with the one you have."
        )
