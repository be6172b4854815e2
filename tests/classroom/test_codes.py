import pytest

from classroom.codes import CODE_ALPHABET, grouped, is_well_formed, new_code, normalized_code


def test_a_code_has_six_characters_and_no_look_alikes():
    assert is_well_formed(new_code())
    assert not set("0O1IL2Z5S8BUV") & set(CODE_ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "ACEH3K",
        "aceh3k",
        " ace h3k ",
        "ACE-H3K",
        "a.c.e.h.3.k",
        "ACE\u00a0H3K",
        "ＡＣＥＨ３Ｋ",
        "АСЕНЗК",
        "асенЗк",
        "ΑCΕΗ3Κ",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed):
    assert normalized_code(typed) == "ACEH3K"


@pytest.mark.parametrize("typed", ["", "ACEH3", "ACEH3KK", "ACEH30", "ACEH3!"])
def test_a_malformed_code_is_recognised_without_a_query(typed):
    assert not is_well_formed(normalized_code(typed))


def test_codes_are_shown_in_groups_of_three():
    assert grouped("ACEH3K") == "ACE H3K"
