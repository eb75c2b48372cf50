"""Lines of the hierarchy, colours, and places on the map."""

import numpy as np
import pytest

from newsclf.topic_report import lay_out_map, map_layout
from newsclf.topic_report.colours import N_COLOURS, assign_colours
from newsclf.topic_report.hierarchy import draw_dendrogram
from newsclf.topic_report.map_layout import choose_drawn


def test_a_dendrogram_of_three_topics_is_as_drawn_by_hand() -> None:
    drawn = draw_dendrogram(np.array([[0, 1, 1.0, 2], [2, 3, 2.0, 3]]))

    assert drawn.order.tolist() == [2, 0, 1]
    assert drawn.positions.tolist() == [[1, 1, 2, 2], [0, 0, 1.5, 1.5]]
    assert drawn.heights.tolist() == [[0, 1, 1, 0], [0, 2, 2, 1]]
    assert drawn.members == ((0, 1), (2, 0, 1))


def test_a_hierarchy_of_a_thousand_levels_is_drawn() -> None:
    t = 1_001
    joined = [0, *range(t, 2 * t - 2)]
    chain = np.array([[joined[i], i + 1, i + 1.0, i + 2] for i in range(t - 1)])

    assert len(draw_dendrogram(chain).members[-1]) == t


def test_the_first_topics_have_colours_of_their_own() -> None:
    assert assign_colours(np.zeros((N_COLOURS, 2))) == tuple(range(N_COLOURS))
    assert assign_colours(np.zeros((0, 2))) == ()


def test_a_later_topic_takes_the_colour_that_is_farthest_away() -> None:
    in_a_row = np.array([[x, 0.0] for x in range(N_COLOURS)])

    assert assign_colours(np.vstack([in_a_row, [[0.4, 0]], [[16.8, 0]]]))[N_COLOURS:] == (17, 0)


def test_topics_without_a_place_share_colours_evenly() -> None:
    colours = assign_colours(np.full((2 * N_COLOURS, 2), np.nan))

    assert sorted(colours) == sorted([*range(N_COLOURS), *range(N_COLOURS)])


def test_pca_finds_the_line_that_the_articles_stand_on() -> None:
    vectors = np.outer([-2, -1, 0, 3], [0, 0.6, 0.8]).astype(np.float32)

    np.testing.assert_allclose(
        lay_out_map(vectors, seed=0, method="pca"), [[-2, 0], [-1, 0], [0, 0], [3, 0]], atol=1e-6
    )


@pytest.mark.parametrize("n", [0, 1, 2])
def test_one_article_or_none_has_a_place(n: int) -> None:
    places = lay_out_map(np.ones((n, 5), dtype=np.float32), seed=0)

    np.testing.assert_allclose(places, np.zeros((n, 2)), atol=1e-6)


def test_a_map_of_a_part_has_the_same_share_of_each_topic() -> None:
    topic_ids = np.array([5, -1, 5, 8, 5, 8, 5, -1, 5])

    # Topic by topic: 1 7 | 0 2 4 6 8 | 3 5; of these the first, the third, the fifth, the seventh and the ninth.
    assert choose_drawn(topic_ids, most=5).tolist() == [0, 1, 4, 5, 8]
    assert choose_drawn(topic_ids, most=9).tolist() == list(range(9))
    assert choose_drawn(topic_ids[:0], most=9).tolist() == []


@pytest.mark.slow
def test_groups_stand_apart_also_where_umap_sees_a_part_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_layout, "_FITTED_BY_UMAP", 80)
    rng = np.random.default_rng(0)
    group = np.arange(120) % 2
    vectors = np.eye(2, 20)[group] + 0.1 * rng.normal(size=(120, 20))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    places = lay_out_map(vectors, seed=3)

    centres = np.array([places[group == g].mean(axis=0) for g in (0, 1)])
    nearest = np.linalg.norm(places[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == group).all()
    np.testing.assert_array_equal(places, lay_out_map(vectors, seed=3))
