"""Which topic models stand beside newsclf's."""

from peers.roster import Entry

NEWSCLF = Entry(
    "newsclf",
    "newsclf",
    "topic_peers.newsclf_topics:NewsclfTopics",
    "newsclf.topic_fitting.fit_topics with its defaults; articles of the fit are assigned by the model's one rule too",
)
_NEWSCLF_TOLD = Entry(
    "newsclf_told",
    "newsclf, as many topics as labels",
    "topic_peers.newsclf_topics:NewsclfTopics",
    "the same with n_topics, the number of different labels of the set",
)
_BERTOPIC = Entry(
    "bertopic",
    "BERTopic",
    "topic_peers.plain_bertopic:PlainBertopic",
    "BERTopic() with a seed for UMAP; saved as safetensors with c-TF-IDF",
)
_BERTOPIC_TOLD = Entry(
    "bertopic_told",
    "BERTopic, as many topics as labels",
    "topic_peers.plain_bertopic:PlainBertopic",
    "the same with nr_topics, one more than there are labels, since outliers count",
)
_KEYNMF = Entry(
    "keynmf",
    "Turftopic KeyNMF",
    "topic_peers.turftopic_models:key_nmf",
    "KeyNMF with as many topics as newsclf found; the strongest topic of an article",
    own_environment=True,
)
_S3 = Entry(
    "s3",
    "Turftopic S³",
    "topic_peers.turftopic_models:s3",
    "SemanticSignalSeparation with as many topics as newsclf found; the strongest topic of an article",
    own_environment=True,
)
_NMF = Entry(
    "nmf",
    "scikit-learn NMF",
    "topic_peers.sklearn_nmf:SklearnNmf",
    "TfidfVectorizer(stop_words='english', max_df=0.95, min_df=2), NMF with as many topics as newsclf found; the "
    "strongest topic of an article",
)
#: Told how many labels there are; others how many topics newsclf found, but for BERTopic, which finds out itself.
TOLD_LABELS = (_NEWSCLF_TOLD, _BERTOPIC_TOLD)
FIND_OUT = (NEWSCLF, _BERTOPIC)
#: newsclf first.
TOPIC_ENTRIES = (NEWSCLF, _BERTOPIC, _KEYNMF, _S3, _NMF, _NEWSCLF_TOLD, _BERTOPIC_TOLD)
