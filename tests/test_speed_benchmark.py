"""The pure parts of the speed benchmarks, against values worked out by hand."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from memory_sampling import Sample, family, peak_until, resident_bytes, watch
from ray_scaling import compared
from speed_articles import at_250_words, cut_words, grown, of_common_themes, write_articles
from speed_figures import Timing, growth_exponent, rate_figures, ratio_of
from speed_peers.protocol import contents
from speed_tables import speed_page

from newsclf import Article
from newsclf.near_copies import near_copy_groups

MB = 1_000_000


def timings(*seconds: float) -> list[Timing]:
    return [Timing(articles=100, seconds=s, load_seconds=s / 10, peak_bytes=int(s * MB)) for s in seconds]


def test_the_exponent_of_what_doubles_with_its_articles_is_one_and_of_a_square_two() -> None:
    assert growth_exponent([1_000, 2_000, 4_000], [3.0, 6.0, 12.0]) == pytest.approx(1)
    assert growth_exponent([10, 100], [0.1, 10.0]) == pytest.approx(2)


def test_the_exponent_of_a_crooked_line_is_that_of_least_squares() -> None:
    # Logarithms to the base of 10: 0, 1, 2 against 0, 2, 3; slope = (1 * 3 + 0 + -1 * 0) / 2.
    assert growth_exponent([1, 10, 100], [1.0, 100.0, 1_000.0]) == pytest.approx(1.5)


def test_rates_are_medians_of_runs_and_memory_is_the_most() -> None:
    found = rate_figures(timings(1.0, 4.0, 2.0), newsclf=timings(4.0, 5.0, 2.0))

    assert found["articles_per_second"] == 50
    assert found["rates"] == [100, 25, 50]
    assert (found["runs"], found["load_seconds"], found["peak_mb"]) == (3, 0.2, 4)
    assert found["over_newsclf"] == 2


def test_a_ratio_is_over_the_best_of_the_others_and_none_where_one_has_not_run() -> None:
    rows = {"a": {"articles_per_second": 30}, "b": {"articles_per_second": 10}, "c": {"articles_per_second": 15}}

    assert ratio_of(rows, "a", "b", "c") == 2
    assert ratio_of(rows | {"b": {"not_run": "no environment"}}, "a", "b", "c") is None


def test_ray_runs_are_compared_by_their_medians() -> None:
    one = [{"articles_per_s": rate, "steady_articles_per_s": 2 * rate} for rate in (10, 30, 20)]
    two = [{"articles_per_s": rate, "steady_articles_per_s": None} for rate in (40, 38, 36)]

    assert compared(one, two) == {
        "one": 20,
        "two": 38,
        "two_over_one": 1.9,
        "steady_two_over_one": None,
        "rounds": 3,
    }
    assert compared(one, one)["steady_two_over_one"] == 1


def test_a_text_is_cut_behind_a_word_with_its_line_ends_and_a_shorter_one_is_none() -> None:
    assert cut_words("One two\n\nthree, four", 3) == "One two\n\nthree,"
    assert cut_words("One two", 2) == "One two"
    assert cut_words("One two", 3) is None


def test_only_articles_of_250_words_and_more_are_kept() -> None:
    short, long = Article(text="word " * 249), Article(text="word " * 260)

    assert [len(article.text.split()) for article in at_250_words([short, long])] == [250]


def test_articles_of_the_commonest_themes_are_kept() -> None:
    themes = ["oil", "war", "oil", "rain", "war"]
    articles = [Article(title=theme, labels={"theme": (theme,)}) for theme in themes]

    assert [article.title for article in of_common_themes(articles, 2)] == ["oil", "war", "oil", "war"]


def test_more_articles_than_there_are_have_the_same_words_and_are_no_near_copies() -> None:
    text = " ".join(f"word{i}" for i in range(60))
    found = list(grown([Article(text=text), Article(text=text[::-1])], 5))

    assert len(found) == 5
    assert found[0].text == text
    assert sorted(found[2].text.split()) == sorted(text.split())
    assert len(set(near_copy_groups([article.text for article in found]))) == 5


def test_a_file_is_filled_from_the_first_article_again_and_says_so(tmp_path: Path) -> None:
    articles = [Article(id="a", title="A", text="x"), Article(id="b", text="y")]

    written = write_articles(tmp_path / "articles.jsonl", articles, 3)

    assert written.split == "3 articles, 2 different ones repeated"
    lines = written.path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == lines[2] == '{"id": "a", "title": "A", "text": "x"}'
    assert contents([{"title": "A", "text": "x"}, {"title": "", "text": "y"}]) == ["A\n\nx", "y"]


HOLDS = "import time\nheld = bytearray({mb} * 1_000_000)\nheld[::4096] = b'x' * len(held[::4096])\n"
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
child.wait()
"""


def test_memory_of_a_process_counts_its_children() -> None:
    child = HOLDS.format(mb=60) + "time.sleep(1)"
    samples = watch([sys.executable, "-S", "-c", PARENT, child], environment=dict(os.environ), every=0.05)

    assert 60 * MB < max(sample.bytes for sample in samples) < 130 * MB


def test_a_process_that_has_ended_holds_nothing() -> None:
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()

    assert resident_bytes(family(ended.pid)) == 0


def test_samples_say_how_far_the_work_was() -> None:
    start = time.monotonic()
    command = [sys.executable, "-S", "-c", "import time; time.sleep(0.3)"]

    samples = watch(command, environment=dict(os.environ), every=0.1, done=lambda: int(time.monotonic() - start + 7))

    assert len(samples) >= 2
    assert {sample.done for sample in samples} <= {7, 8}


def test_a_command_that_fails_is_an_error_with_what_it_said() -> None:
    command = [sys.executable, "-S", "-c", "import sys; print('no such model'); sys.exit(3)"]

    with pytest.raises(RuntimeError, match=r"(?s)ended with 3:.*no such model"):
        watch(command, environment=dict(os.environ))


def test_the_peak_until_a_share_of_the_work_ignores_what_came_later() -> None:
    samples = [Sample(100, 0), Sample(300, 10), Sample(200, 20), Sample(500, 40)]

    assert peak_until(samples, 10) == 300
    assert peak_until(samples, 25) == 300
    assert peak_until(samples, 40) == 500
    assert peak_until([], 10) == 0


FACTS = {"cores": 2, "processor": "EPYC", "gpu": None}


def row(rate: float, **more: object) -> dict[str, object]:
    return {"n": 2_000, "articles_per_second": rate, "load_seconds": 1.5, "peak_mb": 900, "facts": FACTS, **more}


def test_the_page_shows_a_peer_winning_where_it_wins_and_the_floor_beside_what_was_found() -> None:
    page = speed_page(
        {
            "speed/short/newsclf": row(100.0, over_newsclf=1.0),
            "speed/short/newsclf_static": row(1_600.0, over_newsclf=16.0),
            "speed/short/fasttext": row(9_000.0, over_newsclf=90.0),
            "speed/short/spacy": {"not_run": "no environment", "facts": FACTS},
            "bbc/newsclf": {"accuracy": [1, 1, 1]},
            "wcep_themes/newsclf_static": {"difference_to_newsclf": {"micro_f1": [-0.0092, -0.02, 0.01]}},
            "reuters_r90/newsclf_static": {"difference_to_newsclf": {"micro_f1": [-0.0125, -0.02, 0.01]}},
        }
    )

    assert page is not None
    assert "| micro F1 that the static encoder loses to MiniLM, WCEP themes | at most 0.01 | 0.0092 |" in page
    assert "| micro F1 that the static encoder loses to MiniLM, R90 | at most 0.01 | **0.0125, missed** |" in page
    assert "Machine: cores 2, processor EPYC." in page
    assert "| newsclf | 2,000 | 100 | 1 | **1.50** | **900** |" in page
    assert "| fastText | 2,000 | **9,000** | **90** | **1.50** | **900** |" in page
    assert "| spaCy textcat | not run | not run | not run | not run | not run |" in page
    assert "| static encoder over MiniLM, 250-word articles | at least 15.00 | 16 |" in page
    assert "| whole pipeline with MiniLM over the encoder alone | at least 0.90 | – |" in page


def test_the_encoder_alone_labels_nothing_and_so_is_never_the_best() -> None:
    page = speed_page(
        {
            "speed/whole/newsclf": row(95.0, over_newsclf=1.0),
            "speed/whole/bare_processes": row(100.0, over_newsclf=1.05),
        }
    )

    assert page is not None
    assert "| newsclf | 2,000 | **95** |" in page
    assert "a process a core | 2,000 | 100 | 1.05 |" in page
    assert "| whole pipeline with MiniLM over the encoder alone | at least 0.90 | – |" in page


def test_growth_and_memory_have_a_column_for_each_size() -> None:
    growth = {
        "sizes": [1_000, 3_000],
        "seconds": [["training", [10.0, 33.0]]],
        "exponents": {"training": 1.09},
        "training_exponent": 1.09,
        "training_kb": 65.2,
        "labelling_exponent": 1.01,
        "labelling_peak_mb": 1_600,
        "labelling_early_over_late": 0.97,
        "facts": FACTS,
    }
    memory = {"n": 1_000_000, "peak_mb": 1_100, "peaks_mb": [["5%", 1_090], ["100%", 1_100]], "early_over_late": 0.99}

    page = speed_page({"speed/growth/newsclf": growth, "speed/memory": memory})

    assert page is not None
    assert "| newsclf, s | 1,000 | 3,000 | k |" in page
    assert "| training | 10.0 | 33.0 | 1.09 |" in page
    assert "| growth of training, newsclf | at most 1.1 | 1.09 |" in page
    assert "| kB that an article more takes in training, newsclf | at most 65 | **65.2, missed** |" in page
    assert "| MB while labelling, newsclf | at most 1,500 | **1,600, missed** |" in page
    assert "| the same, for a third of the articles over all, newsclf | at least 0.95 | 0.97 |" in page
    assert "| peak until so much of 1,000,000 articles | 5% | 100% |" in page
    assert "| MB, all processes | 1,090 | 1,100 |" in page


def test_a_machine_with_a_gpu_has_a_part_of_its_own() -> None:
    with_gpu = row(3_000.0, over_newsclf=1.0) | {"facts": FACTS | {"gpu": "NVIDIA H100"}}

    page = speed_page({"speed/short/newsclf": row(100.0), "speed_gpu/short/newsclf": with_gpu})

    assert page is not None
    assert page.index("## Without a GPU") < page.index("## NVIDIA H100")


def test_without_results_there_is_no_page() -> None:
    assert speed_page({"bbc/newsclf": {"accuracy": [1, 1, 1]}}) is None
