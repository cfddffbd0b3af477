import pytest

from postdesk.templates.catalogue import LANGUAGES
from postdesk.templates.plural import CATEGORIES, category


@pytest.mark.parametrize(
    ("language", "counts", "found"),
    [
        ("en", (1, -1), "one"),
        ("de", (0, 2, 11, 101), "other"),
        ("fr", (0, 1), "one"),
        ("fr", (2, 21), "other"),
        ("pl", (1,), "one"),
        ("pl", (2, 4, 22, 34, 104), "few"),
        ("pl", (0, 5, 11, 12, 14, 21, 25, 112, 1000), "many"),
        ("ja", (0, 1, 2, 100), "other"),
        ("ar", (0,), "zero"),
        ("ar", (1,), "one"),
        ("ar", (2,), "two"),
        ("ar", (3, 10, 103, 1010), "few"),
        ("ar", (11, 99, 111, 1026), "many"),
        ("ar", (100, 102, 200, 1000), "other"),
    ],
)
def test_a_number_has_the_category_of_its_language(
    language: str, counts: tuple[int, ...], found: str
) -> None:
    assert [category(count, language) for count in counts] == [found] * len(counts)


def test_every_language_has_a_rule_and_no_number_is_left_out() -> None:
    assert set(LANGUAGES) <= CATEGORIES.keys()
    for language, categories in CATEGORIES.items():
        assert {category(count, language) for count in range(1_001)} == set(categories)
