import numpy as np
from datasketch import MinHash, MinHashLSH

from newsclf.near_copies import group_sketches, near_copy_groups, sketch_texts

STORM = "A storm off the western coast sank two fishing boats on Sunday night and four crew members are missing"


def test_near_copies_share_a_number() -> None:
    edited = STORM.replace("Sunday", "Monday")

    groups = near_copy_groups([STORM, "The central bank left its rate at two per cent", edited])

    assert groups[0] == groups[2]
    assert groups[0] != groups[1]


def test_copies_of_copies_share_a_number() -> None:
    words = STORM.split()
    # Each step changes one word more, so that the first and the last share 7 of 31 sequences.
    steps = [" ".join(f"new{j}" if j < i else word for j, word in enumerate(words)) for i in range(12)]

    groups = near_copy_groups(steps)

    assert len(set(groups.tolist())) == 1


def test_case_and_punctuation_make_no_difference() -> None:
    groups = near_copy_groups([STORM, STORM.upper().replace(" AND ", ", AND "), "something else altogether"])

    assert groups[0] == groups[1]


def test_titles_of_a_word_or_two_are_copies_only_when_equal() -> None:
    groups = near_copy_groups(["Floods", "floods", "Strikes", "Rail strikes"])

    assert groups[0] == groups[1]
    assert len(set(groups.tolist())) == 3


def test_no_texts_have_no_groups() -> None:
    assert near_copy_groups([]).shape == (0,)


def test_the_groups_do_not_depend_on_the_order_of_the_texts() -> None:
    texts = [STORM, "One other text of several words", STORM + " today", "One other text of several words here"]

    forwards = near_copy_groups(texts)
    backwards = near_copy_groups(texts[::-1])[::-1]

    same = forwards[:, None] == forwards[None, :]
    np.testing.assert_array_equal(same, backwards[:, None] == backwards[None, :])


def edited_texts(n: int, *, seed: int) -> list[str]:
    """Write texts of 12 words, each after one drawn from those before, with up to 4 words changed."""
    rng = np.random.default_rng(seed)
    texts = [[f"w{word}" for word in rng.integers(1_000, size=12)]]
    while len(texts) < n:
        text = list(texts[rng.integers(len(texts))])
        for place in rng.integers(12, size=rng.integers(5)):
            text[place] = f"w{rng.integers(1_000)}"
        texts.append(text)
    return [" ".join(text) for text in texts]


def test_the_groups_are_those_of_an_index_that_is_asked_for_each_text() -> None:
    """Numbers too: folds and splits draw by them."""
    sketches = sketch_texts(edited_texts(300, seed=1))
    index, groups = MinHashLSH(threshold=0.5, num_perm=128), np.arange(300)
    scheme = MinHash().scheme
    kept = [MinHash(num_perm=128, seed=1, hashvalues=row, scheme=scheme) for row in sketches]
    for i, sketch in enumerate(kept):
        for j in index.query(sketch):
            if sketch.jaccard(kept[j]) >= 0.5:
                groups[groups == groups[i]] = groups[j]
        index.insert(i, sketch)

    found = group_sketches(sketches)

    assert 20 < len(set(found.tolist())) < 280
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups.tolist()))}
    assert found.tolist() == [numbers[group] for group in groups.tolist()]


def test_texts_grouped_alone_are_not_joined_through_others() -> None:
    words = STORM.split()
    steps = [" ".join(f"new{j}" if j < i else word for j, word in enumerate(words)) for i in range(7)]
    sketches = sketch_texts(steps)

    assert len(set(group_sketches(sketches).tolist())) == 1
    assert len(set(group_sketches(sketches[[0, 6]]).tolist())) == 2
    assert len(set(near_copy_groups([steps[0], steps[6]]).tolist())) == 2


def test_processes_sketch_what_one_does(plenty_of_memory: None) -> None:
    texts = edited_texts(2_100, seed=2)

    np.testing.assert_array_equal(sketch_texts(texts, jobs=2), sketch_texts(texts, jobs=1))
