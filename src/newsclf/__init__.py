"""Themes, regions and topics for news articles.

``newsclf.predict(text)`` labels a text, ``newsclf.label_file(model, source, output)`` a file of any size;
``newsclf.train(articles)`` fits a model of your own; ``newsclf.audit(articles)`` finds labels that look wrong.
Names are imported when they are first used, so that ``import newsclf`` stays fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsclf.auditing import LabelAudit as LabelAudit
    from newsclf.auditing import LabelIssue as LabelIssue
    from newsclf.auditing import audit as audit
    from newsclf.comparing import Comparison as Comparison
    from newsclf.comparing import compare as compare
    from newsclf.config import TrainConfig as TrainConfig
    from newsclf.errors import BundleError as BundleError
    from newsclf.errors import ClusterError as ClusterError
    from newsclf.errors import ConfigError as ConfigError
    from newsclf.errors import DataError as DataError
    from newsclf.errors import EncoderError as EncoderError
    from newsclf.errors import EncoderMismatchError as EncoderMismatchError
    from newsclf.errors import LabelLeakError as LabelLeakError
    from newsclf.errors import MissingExtraError as MissingExtraError
    from newsclf.errors import NewsclfError as NewsclfError
    from newsclf.errors import TaxonomyError as TaxonomyError
    from newsclf.errors import UnfinishedError as UnfinishedError
    from newsclf.errors import WorkerError as WorkerError
    from newsclf.evaluating import evaluate as evaluate
    from newsclf.evaluation import Evaluation as Evaluation
    from newsclf.figures import FacetFigures as FacetFigures
    from newsclf.inference import NewsClassifier as NewsClassifier
    from newsclf.inference import load as load
    from newsclf.inference import predict as predict
    from newsclf.labelling import LabellingReport as LabellingReport
    from newsclf.labelling import label_file as label_file
    from newsclf.places import CountryWeight as CountryWeight
    from newsclf.places import countries_about as countries_about
    from newsclf.places import find_places as find_places
    from newsclf.reading import ReadResult as ReadResult
    from newsclf.reading import read_articles as read_articles
    from newsclf.schema import Article as Article
    from newsclf.schema import Evidence as Evidence
    from newsclf.schema import LabelEvidence as LabelEvidence
    from newsclf.schema import LabelScore as LabelScore
    from newsclf.schema import PlaceMention as PlaceMention
    from newsclf.schema import Prediction as Prediction
    from newsclf.schema import SentenceEvidence as SentenceEvidence
    from newsclf.schema import TermEvidence as TermEvidence
    from newsclf.schema import TopicMatch as TopicMatch
    from newsclf.taxonomy import Concept as Concept
    from newsclf.taxonomy import Taxonomy as Taxonomy
    from newsclf.taxonomy import load_taxonomy as load_taxonomy
    from newsclf.taxonomy_export import ninjs_entries as ninjs_entries
    from newsclf.taxonomy_export import ninjs_of_prediction as ninjs_of_prediction
    from newsclf.taxonomy_export import to_skos_turtle as to_skos_turtle
    from newsclf.training import train as train

_HOMES = {
    "LabelAudit": "auditing",
    "LabelIssue": "auditing",
    "audit": "auditing",
    "TrainConfig": "config",
    "BundleError": "errors",
    "ClusterError": "errors",
    "ConfigError": "errors",
    "DataError": "errors",
    "EncoderError": "errors",
    "EncoderMismatchError": "errors",
    "LabelLeakError": "errors",
    "MissingExtraError": "errors",
    "NewsclfError": "errors",
    "TaxonomyError": "errors",
    "UnfinishedError": "errors",
    "WorkerError": "errors",
    "Comparison": "comparing",
    "compare": "comparing",
    "evaluate": "evaluating",
    "Evaluation": "evaluation",
    "FacetFigures": "figures",
    "NewsClassifier": "inference",
    "load": "inference",
    "predict": "inference",
    "LabellingReport": "labelling",
    "label_file": "labelling",
    "ReadResult": "reading",
    "read_articles": "reading",
    "Article": "schema",
    "Evidence": "schema",
    "LabelEvidence": "schema",
    "LabelScore": "schema",
    "Prediction": "schema",
    "SentenceEvidence": "schema",
    "TermEvidence": "schema",
    "TopicMatch": "schema",
    "CountryWeight": "places",
    "PlaceMention": "schema",
    "countries_about": "places",
    "find_places": "places",
    "Concept": "taxonomy",
    "Taxonomy": "taxonomy",
    "load_taxonomy": "taxonomy",
    "ninjs_entries": "taxonomy_export",
    "ninjs_of_prediction": "taxonomy_export",
    "to_skos_turtle": "taxonomy_export",
    "train": "training",
}

__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604 - one list of names, not two


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("newsclf")
    if name not in _HOMES:
        raise AttributeError(f"module 'newsclf' has no attribute {name!r}")
    value = getattr(import_module(f"newsclf.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
