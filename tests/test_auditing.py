import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from corrupting import Corrupted, found_in, swap_labels
from support import HashedWordEncoder

from newsclf import Article, DataError, LabelAudit, LabelLeakError, MissingExtraError, TrainConfig, audit


def config(folder: Path, **options: object) -> TrainConfig:
    return TrainConfig(cache_dir=folder, jobs=1, **options)  # type: ignore[arg-type]


def audit_regions(articles: Sequence[Article], folder: Path, **options: object) -> LabelAudit:
    return audit(articles, config(folder, facets=("region",), **options), encoder=HashedWordEncoder())


@pytest.fixture(scope="module")
def corrupted(corpus: list[Article]) -> Corrupted:
    """The corpus with a twentieth of its regions swapped, in 36 of its 678 articles."""
    return swap_labels(corpus, "region", share=0.05, seed=1)


@pytest.fixture(scope="module")
def found(corrupted: Corrupted, tmp_path_factory: pytest.TempPathFactory) -> LabelAudit:
    return audit_regions(corrupted.articles, tmp_path_factory.mktemp("cache"))


def test_most_of_the_worst_labels_were_made_wrong(found: LabelAudit, corrupted: Corrupted) -> None:
    figures = found_in(found, corrupted)

    # By chance 5% of the articles that it names, and 1% of the labels.
    assert len(corrupted.surplus) == 36
    assert figures.precision_of_articles >= 0.5
    assert figures.precision >= 0.5
    assert figures.recall >= 0.5
    assert figures.average_precision >= 0.35


def test_issues_are_ranked_worst_first_with_scores_from_0_to_1(found: LabelAudit) -> None:
    scores = [issue.score for issue in found.issues]

    assert scores == sorted(scores)
    assert 0 <= scores[0] < scores[-1] <= 1


def test_an_issue_names_its_article_and_what_would_put_it_right(found: LabelAudit, corrupted: Corrupted) -> None:
    for issue in found.issues:
        article = corrupted.articles[issue.article]
        assert (issue.id, issue.title, issue.given) == (article.id, article.title, article.regions)
        assert (issue.label in issue.given) == (issue.kind == "surplus")
        assert (issue.label in issue.suggested) == (issue.kind == "missing")


def test_one_suggestion_puts_a_swap_right(found: LabelAudit, corrupted: Corrupted, corpus: Sequence[Article]) -> None:
    swaps = {(i, new): old for (i, new, _), (_, old, _) in zip(corrupted.surplus, corrupted.missing, strict=True)}
    undone = [
        issue
        for issue in found.issues
        if (issue.article, issue.label) in swaps and set(issue.suggested) == set(corpus[issue.article].regions)
    ]

    assert len(undone) >= 10


def test_one_seed_gives_one_audit(found: LabelAudit, corrupted: Corrupted, tmp_path: Path) -> None:
    assert audit_regions(corrupted.articles, tmp_path) == found


def test_near_copies_with_one_wrong_label_do_not_vouch_for_each_other(corpus: list[Article], tmp_path: Path) -> None:
    text = " ".join(["The Canadian government in Ottawa said the province of Ontario would vote in May."] * 2)
    wrong = [Article(id=f"copy {i}", text=f"{text} {i}", labels={"region": ("Oceania",)}) for i in range(6)]

    found = audit_regions([*corpus[:300], *wrong], tmp_path)

    named = {(issue.id, issue.label) for issue in found.issues if issue.kind == "surplus"}
    assert {(article.id, "Oceania") for article in wrong} <= named


def test_labels_that_cannot_be_judged_are_named_with_their_articles(corpus: list[Article], tmp_path: Path) -> None:
    # Too few; all near-copies of each other, so that no fold learns from the others; and on every article.
    extra = {**dict.fromkeys(range(3), ("Chess",)), **dict.fromkeys(range(3, 9), ("Drill",))}
    copies = [
        replace(a, text=f"One and the same story. {i}", title="") if 3 <= i < 9 else a for i, a in enumerate(corpus)
    ]
    marked = [replace(a, labels={"region": ("News", *extra.get(i, ()), *a.regions)}) for i, a in enumerate(copies)][
        :200
    ]

    found = audit_regions(marked, tmp_path, taxonomy=None)

    assert found.not_audited["region"].items() >= {"Chess": 3, "Drill": 6, "News": 200}.items()
    assert not {issue.label for issue in found.issues} & {"Chess", "Drill", "News"}


def test_one_label_is_audited_on_articles_that_may_have_none(corpus: list[Article], tmp_path: Path) -> None:
    names = [("Canada",) if "Canada" in a.regions else () for a in corpus]
    stripped = [i for i, labels in enumerate(names) if labels][:5]
    marked = [replace(a, labels={"region": () if i in stripped else names[i]}) for i, a in enumerate(corpus)]

    found = audit(marked, config(tmp_path), encoder=HashedWordEncoder())

    missing = {issue.article: issue.suggested for issue in found.issues if issue.kind == "missing"}
    assert found.audited == {"region": len(corpus)}
    assert {issue.label for issue in found.issues} == {"Canada"}
    assert sum(missing.get(i) == ("Canada",) for i in stripped) >= 4
    assert found.facets_not_audited == {
        facet: f"no training article has a label in the column {column!r}"
        for facet, column in (("theme", "themes"), ("dossier", "dossiers"))
    }


def test_an_audit_reads_as_a_table_of_the_worst_twenty(found: LabelAudit) -> None:
    first, header, *rows, last = str(found).splitlines()

    assert first == f"{len(found.issues)} labels look wrong; articles looked at: region 678"
    assert header.split() == ["score", "what", "facet", "label", "article"]
    assert len(rows) == 20
    assert rows[0].split()[:3] == [f"{found.issues[0].score:.3f}", found.issues[0].kind, "region"]
    assert last == f"and {len(found.issues) - 20} that look less wrong"


def test_an_audit_goes_through_json_unchanged(found: LabelAudit) -> None:
    plain = found.to_dict()

    assert json.loads(json.dumps(plain)) == plain
    assert plain["issues"][0]["label"] == found.issues[0].label
    assert plain["audited"] == {"region": 678}


def test_an_audit_makes_the_checks_of_training(corpus: list[Article], tmp_path: Path) -> None:
    joined = [replace(a, text=f"{a.text} By Staff Region: {a.regions[0]} Theme: World.") for a in corpus if a.regions]

    with pytest.raises(LabelLeakError, match="still show their own labels in a header"):
        audit_regions(joined, tmp_path)
    with pytest.raises(DataError, match="Found 3 articles; training needs at least 5"):
        audit_regions(corpus[:3], tmp_path)
    with pytest.raises(DataError, match="No head can be fitted for region: no training article has a label"):
        audit_regions([replace(a, labels={}) for a in corpus[:30]], tmp_path)


def test_without_cleanlab_the_error_says_what_to_install(
    corpus: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cleanlab.multilabel_classification", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'newsclf\[audit\]'"):
        audit_regions(corpus, tmp_path)
