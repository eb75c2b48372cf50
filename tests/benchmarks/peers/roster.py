"""Who takes part in which task."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A peer as the tables show it.

    Parameters
    ----------
    name
        Its key in the results.
    factory
        Module and class, imported only in the peer's own process.
    how
        How it is run, for the results.
    own_environment
        Whether it needs `requirements.txt` beside this file instead of newsclf's environment.
    distilled
        Whether it starts from the static model that `model2vec_classifier.py` distils.
    """

    name: str
    title: str
    factory: str
    how: str
    own_environment: bool = False
    distilled: bool = False


NEWSCLF = Entry(
    "newsclf",
    "newsclf",
    "peers.newsclf_itself:Newsclf",
    "newsclf.train with its defaults and min_label_count 1; vectors are kept between the folds or draws of a task, and "
    "between tasks where time is not measured; topics are fitted but for few-shot tasks",
)
NEWSCLF_STATIC = Entry(
    "newsclf_static",
    "newsclf, static encoder",
    "peers.newsclf_itself:NewsclfStatic",
    "as newsclf, with the encoder that training distils from the default one",
)
NEWSCLF_CASCADE = Entry(
    "newsclf_cascade",
    "newsclf, cascade of 25%",
    "peers.newsclf_itself:NewsclfCascade",
    "as newsclf, with cascade=0.25: a static encoder first, the default one where it is in doubt",
)
_SVC = Entry(
    "tfidf_svc", "TF-IDF + LinearSVC", "peers.tfidf_svc:TfidfSvc", "TfidfVectorizer(sublinear_tf=True), LinearSVC()"
)
_SVC_CUTS = Entry(
    "tfidf_svc_cuts",
    "the same, cuts tuned",
    "peers.tfidf_svc:TfidfSvcCuts",
    "as tfidf_svc, TunedThresholdClassifierCV(scoring='f1', cv=5) for each label with five articles",
)
_MINILM = Entry(
    "minilm_logreg",
    "MiniLM + logistic regression",
    "peers.minilm_logreg:MiniLMLogReg",
    "SentenceTransformer(all-MiniLM-L6-v2).encode, LogisticRegression(max_iter=1000), cut 0.5",
)
_FASTTEXT = Entry(
    "fasttext",
    "fastText",
    "peers.fasttext_supervised:FastText",
    "train_supervised as its tutorial ends: 25 epochs, bigrams, one against all or softmax, one thread",
    own_environment=True,
)
_MODEL2VEC = Entry(
    "model2vec",
    "model2vec classifier",
    "peers.model2vec_classifier:Model2Vec",
    "StaticModelForClassification with its defaults, on a static model distilled from all-MiniLM-L6-v2",
    own_environment=True,
    distilled=True,
)
_SETFIT = Entry(
    "setfit",
    "SetFit",
    "peers.setfit_contrastive:SetFit",
    "all-MiniLM-L6-v2, its defaults but num_iterations=20 as in its paper, where the library takes all pairs; with 40 "
    "topics the first two draws",
    own_environment=True,
)
_PLACES = Entry(
    "places", "the place list alone", "peers.place_list:PlaceList", "newsclf.countries_about, regions of its countries"
)

# With 40 topics it has two draws, and none of 32 articles, for its time.
_SETFIT_ALLSIDES_DRAWS = 2
_TOO_LONG_FOR_SETFIT = "few_shot_allsides40_32"
_CASCADE_TASKS = ("reuters_r90", "wcep_regions", "wcep_themes")
_ONE_LABEL = ("wcep_themes", "allsides40", "bbc")
ENTRIES = (NEWSCLF, NEWSCLF_STATIC, NEWSCLF_CASCADE, _SVC, _SVC_CUTS, _MINILM, _FASTTEXT, _MODEL2VEC, _SETFIT, _PLACES)


def peers_of(task: str) -> tuple[Entry, ...]:
    """Return who takes part in the task of a name; newsclf first, for others are compared with it."""
    if task.startswith("few_shot_"):
        return (NEWSCLF, _MINILM) if task == _TOO_LONG_FOR_SETFIT else (NEWSCLF, _MINILM, _SETFIT)
    ours = (NEWSCLF, NEWSCLF_STATIC, NEWSCLF_CASCADE) if task in _CASCADE_TASKS else (NEWSCLF, NEWSCLF_STATIC)
    if task in _ONE_LABEL:
        return *ours, _SVC, _MINILM, _FASTTEXT, _MODEL2VEC
    common = (*ours, _SVC, _SVC_CUTS, _MINILM, _FASTTEXT, _MODEL2VEC)
    return (*common, _PLACES) if task.endswith("_regions") else common


def folds_of(entry: Entry, task: str, folds: int) -> int:
    """Return how many of a task's folds a peer runs."""
    return min(folds, _SETFIT_ALLSIDES_DRAWS) if entry is _SETFIT and "allsides" in task else folds
