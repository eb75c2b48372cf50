"""What crosses module borders: articles in, predictions out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from newsclf.errors import DataError

#: Facet name to the column that holds its labels in tables and JSON lines.
FACET_COLUMNS: Mapping[str, str] = MappingProxyType({"theme": "themes", "region": "regions", "dossier": "dossiers"})

Status = Literal["ok", "needs_review", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article, cleaned of page furniture and of the header lines that carry its labels.

    Parameters
    ----------
    title, text
        Either may be empty, not both.
    labels
        Facet to names. A facet that is absent was not labelled; one with an empty tuple was looked at, and
        no label applies.
    date
        ISO 8601 calendar date (``"2015-03-09"``) or empty.
    split
        ``"train"``, ``"test"``, another word (such articles are left out), or empty.
    """

    title: str = ""
    text: str = ""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    id: str = ""
    date: str = ""
    source: str = ""
    url: str = ""
    author: str = ""
    split: str = ""

    @property
    def content(self) -> str:
        """Title and text as the encoder reads them."""
        return "\n\n".join(part for part in (self.title, self.text) if part)

    @property
    def themes(self) -> tuple[str, ...]:
        """Labels of the facet ``theme``."""
        return tuple(self.labels.get("theme", ()))

    @property
    def regions(self) -> tuple[str, ...]:
        """Labels of the facet ``region``."""
        return tuple(self.labels.get("region", ()))

    @property
    def dossiers(self) -> tuple[str, ...]:
        """Labels of the facet ``dossier``, an archive's in-depth reports."""
        return tuple(self.labels.get("dossier", ()))


@dataclass(frozen=True, slots=True)
class LabelScore:
    """A label that applies, with its calibrated probability in 0..1.

    `id` is the taxonomy's (``"theme:terrorism"``), or empty for a label that the taxonomy does not know.
    """

    label: str
    score: float
    id: str = ""


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """The topic whose centroid is nearest to a text, with the cosine similarity to it."""

    id: int
    name: str
    keywords: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named at ``text[start:end]``, with the ISO 3166 alpha-2 code of its country and the kind of name.

    Kinds are country, capital, city, state, demonym, institution and office.
    """

    text: str
    start: int
    end: int
    country: str
    kind: str


@dataclass(frozen=True, slots=True)
class TermEvidence:
    """A word of title or body as the vocabulary has it, and what it adds to a label's margin.

    `contribution` is exact: the value of the word's feature times its weight.
    """

    term: str
    where: Literal["title", "body"]
    contribution: float


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """A sentence that speaks for a label, at ``given[start:end]`` of the text as given.

    Parameters
    ----------
    text
        The sentence as the model read it; what is given may have Markdown and line ends within it.
    drop
        How much the label's margin falls when this sentence alone is taken out, through words, sentence vector
        and places.
    """

    text: str
    start: int
    end: int
    drop: float


@dataclass(frozen=True, slots=True)
class LabelEvidence:
    """What speaks for a label, in units of its margin, on which its probability depends.

    Parameters
    ----------
    sentences
        Those whose removal lowers the margin, the one that lowers it most first.
    terms
        Words that raise the margin, the strongest first.
    other_terms_contribution
        Of all words that `terms` does not show, also those that speak against the label.
    vector_contribution, place_contribution
        Of the sentence vector; and of the places, 0 for facets that do not see them.
    """

    facet: str
    label: str
    sentences: tuple[SentenceEvidence, ...]
    terms: tuple[TermEvidence, ...]
    other_terms_contribution: float
    vector_contribution: float
    place_contribution: float
    intercept: float

    @property
    def margin(self) -> float:
        """What the parts add up to."""
        terms = sum(term.contribution for term in self.terms) + self.other_terms_contribution
        return terms + self.vector_contribution + self.place_contribution + self.intercept


@dataclass(frozen=True, slots=True)
class Evidence:
    """What in a text speaks for its labels, and the places it names; offsets are into the text as given.

    Parameters
    ----------
    labels
        One entry for each label of the prediction, in its order.
    """

    labels: tuple[LabelEvidence, ...]
    places: tuple[PlaceMention, ...]

    def of(self, label: str) -> LabelEvidence:
        """Return what speaks for a label, by its name; of two facets that share the name, the first.

        Raises
        ------
        DataError
            If the prediction does not give the label.
        """
        found = next((entry for entry in self.labels if entry.label == label), None)
        if found is None:
            given = ", ".join(entry.label for entry in self.labels) or "none"
            raise DataError(f"There is no evidence for {label!r}: it was not given. Labels given: {given}.")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, dicts, strings and numbers, ready for JSON."""
        labels = [
            asdict(entry)
            | {"sentences": [asdict(s) for s in entry.sentences], "terms": [asdict(t) for t in entry.terms]}
            for entry in self.labels
        ]
        return {"labels": labels, "places": [asdict(mention) for mention in self.places]}


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one text.

    Parameters
    ----------
    labels_by_facet
        Facet to the labels whose score reached its cut, best first.
    topic
        The nearest topic, or None where no centroid is near enough.
    countries
        What the text is about by the places it names, best first; no model takes part, and scores are weights
        in 0..1. Ids are ISO 3166-1 (``"country:SY"``).
    evidence
        What speaks for each label, and the places named; None unless asked for (``explain=True``).
    truncated
        Whether the vector is of the text's beginning alone, because the text is longer than the windows that the model
        reads. Words and places are always those of all of it.
    status
        ``"needs_review"``: many wrong decisions are to be expected, words and sentence vector name different labels,
        or nothing like the text was seen in training. ``"none"``: none of these, and no facet has a label.
        ``"ok"``: everything else; the model card says how often that is wrong.
    """

    labels_by_facet: Mapping[str, tuple[LabelScore, ...]]
    topic: TopicMatch | None
    status: Status
    countries: tuple[LabelScore, ...] = ()
    evidence: Evidence | None = None
    truncated: bool = False

    @property
    def themes(self) -> tuple[LabelScore, ...]:
        """Themes that apply, best first."""
        return self.labels_by_facet.get("theme", ())

    @property
    def regions(self) -> tuple[LabelScore, ...]:
        """Regions that apply, best first."""
        return self.labels_by_facet.get("region", ())

    @property
    def dossiers(self) -> tuple[LabelScore, ...]:
        """In-depth reports that apply, best first."""
        return self.labels_by_facet.get("dossier", ())

    @property
    def labels(self) -> tuple[str, ...]:
        """The plain names over all facets, best first within each."""
        return tuple(scored.label for facet in self.labels_by_facet.values() for scored in facet)

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, dicts, strings and numbers, ready for JSON."""
        facets = {
            FACET_COLUMNS.get(facet, facet): [asdict(label) for label in scored]
            for facet, scored in self.labels_by_facet.items()
        }
        topic = self.topic and asdict(self.topic) | {"keywords": list(self.topic.keywords)}
        countries = [asdict(country) for country in self.countries]
        found = {**facets, "countries": countries, "topic": topic, "status": self.status, "truncated": self.truncated}
        return found if self.evidence is None else found | {"evidence": self.evidence.to_dict()}

    def __str__(self) -> str:
        parts = [
            f"{FACET_COLUMNS.get(facet, facet)}: " + (", ".join(f"{s.label} {s.score:.2f}" for s in scored) or "none")
            for facet, scored in self.labels_by_facet.items()
        ]
        if self.countries:
            parts.append("countries: " + ", ".join(country.label for country in self.countries))
        if self.topic is not None:
            parts.append(f"topic: {self.topic.name} {self.topic.similarity:.2f}")
        read = ["read in part"] if self.truncated else []
        return "; ".join([*parts, f"status: {self.status}", *read])
