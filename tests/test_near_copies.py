import numpy as np

from newsclf.near_copies import near_copy_groups

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
