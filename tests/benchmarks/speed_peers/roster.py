"""Who takes part in the speed tables."""

from peers.roster import Entry

NEWSCLF = Entry(
    "newsclf",
    "newsclf",
    "speed_peers.newsclf_files:NewsclfFiles",
    "newsclf.label_file with its defaults, from themes and regions to topics; chunks of at most 256 rows, and small "
    "enough that each process gets eight",
)
NEWSCLF_STATIC = Entry(
    "newsclf_static",
    "newsclf, static encoder",
    "speed_peers.newsclf_files:NewsclfStaticFiles",
    "as newsclf, with the encoder that training distils from the default one",
)
NEWSCLF_CASCADE = Entry(
    "newsclf_cascade",
    "newsclf, cascade of 25%",
    "speed_peers.newsclf_files:NewsclfCascadeFiles",
    "as newsclf, with cascade=0.25: a static encoder first, the default one where it is in doubt",
)
NEWSCLF_OPENVINO = Entry(
    "newsclf_openvino",
    "newsclf, OpenVINO",
    "speed_peers.newsclf_files:NewsclfOpenVinoFiles",
    "as newsclf, with the extra openvino, which runs the same encoder",
)
BARE_PROCESSES = Entry(
    "bare_processes",
    "newsclf's encoder alone, a process a core",
    "speed_peers.bare_encoder:BareProcesses",
    "BertEncoder.encode on texts in memory, as many processes of one thread as newsclf has; nothing is read, labelled "
    "or written",
)
BARE_THREADS = Entry(
    "bare_threads",
    "newsclf's encoder alone, one process",
    "speed_peers.bare_encoder:BareThreads",
    "BertEncoder.encode on texts in memory, one process with torch's default threads; nothing is read, labelled or "
    "written",
)
PLAIN = Entry(
    "plain_minilm",
    "sentence-transformers + scikit-learn",
    "speed_peers.plain_minilm:PlainMiniLM",
    "SentenceTransformer(all-MiniLM-L6-v2).encode in float32, the first 256 tokens of a text, "
    "OneVsRestClassifier(LogisticRegression(max_iter=1000)).predict; themes only",
)
PLAIN_WINDOWS = Entry(
    "plain_minilm_windows",
    "sentence-transformers + scikit-learn, texts read whole",
    "speed_peers.plain_minilm:PlainMiniLMWindows",
    "as plain_minilm, in the windows that newsclf cuts, averaged by tokens",
)
_SETFIT = Entry(
    "setfit",
    "SetFit predict",
    "speed_peers.setfit_predict:SetFitPredict",
    "SetFitModel.predict, all-MiniLM-L6-v2, one-vs-rest head; the first 256 tokens of a text; themes only",
    own_environment=True,
)
FASTTEXT = Entry(
    "fasttext",
    "fastText",
    "speed_peers.fasttext_files:FastTextFiles",
    "its tutorial's one against all with bigrams; model.predict(list, k=-1, threshold=0.5); themes only",
    own_environment=True,
)
MODEL2VEC = Entry(
    "model2vec",
    "model2vec pipeline",
    "speed_peers.model2vec_pipeline:Model2VecPipeline",
    "StaticModelPipeline.predict with its defaults (512 tokens of a text), on a static model distilled from "
    "all-MiniLM-L6-v2; themes only",
    own_environment=True,
    distilled=True,
)
_SPACY = Entry(
    "spacy",
    "spaCy textcat",
    "speed_peers.spacy_textcat:SpacyTextcat",
    "textcat_multilabel with TextCatBOW in a blank English pipeline, nlp.pipe with its defaults; themes only",
    own_environment=True,
)
_BERTOPIC = Entry(
    "bertopic",
    "BERTopic transform, vectors given",
    "speed_peers.bertopic_transform:BertopicTransform",
    "BERTopic().transform with UMAP and HDBSCAN, loaded from a pickle; vectors are given; topics only",
)

#: Without a network: they get more articles.
FAST = (NEWSCLF_STATIC, FASTTEXT, MODEL2VEC, _SPACY)
#: On articles of 250 words.
SHORT = (
    NEWSCLF,
    NEWSCLF_STATIC,
    BARE_PROCESSES,
    BARE_THREADS,
    PLAIN,
    PLAIN_WINDOWS,
    _SETFIT,
    FASTTEXT,
    MODEL2VEC,
    _SPACY,
    _BERTOPIC,
)
#: newsclf in its ways to be faster.
OURS = (NEWSCLF, NEWSCLF_STATIC, NEWSCLF_CASCADE, NEWSCLF_OPENVINO)
#: On articles as they are.
WHOLE = (NEWSCLF, BARE_PROCESSES, BARE_THREADS, PLAIN_WINDOWS)
#: For a first prediction. BERTopic labels no text here: its vectors are given.
COLD = (NEWSCLF, NEWSCLF_STATIC, NEWSCLF_OPENVINO, PLAIN, _SETFIT, FASTTEXT, MODEL2VEC, _SPACY)
