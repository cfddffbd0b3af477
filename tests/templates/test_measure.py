import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.templates.measure import ROOM, WIDTH, broken, cells, padded, wrapped


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("返信先", 6), ("الرد", 4), ("★", 1), ("ｶﾞ", 2)],
)
def test_a_letter_of_the_far_east_is_two_cells_wide(text: str, width: int) -> None:
    assert cells(text) == width
    assert cells(padded(text, 9)) == 9


def test_a_short_phrase_stays_one_line() -> None:
    assert broken("It goes to {people}.", 2) == "It goes to {people}."


def test_a_long_phrase_is_broken_between_words_and_goes_on_below_its_beginning() -> None:
    first, second = broken("word " * 20, 4).split("\n")
    assert first == ("word " * 14).strip()
    assert second == "    " + ("word " * 6).strip()


def test_room_is_kept_for_what_will_stand_in_a_place() -> None:
    words = "x" * (WIDTH - ROOM["when"] - 1)
    assert "\n" not in broken(f"{words} {{when}}")
    assert broken(f"{words}x {{when}}") == f"{words}x\n{{when}}"


def test_words_of_others_never_come_to_stand_first_on_a_line() -> None:
    words = "x" * (WIDTH - 8)
    assert broken(f"{words} to {{people}}.") == f"{words}\nto {{people}}."
    assert broken(f"{words} to “{{people}}”") == f"{words}\nto “{{people}}”"
    assert broken("{people} " + "x" * WIDTH) == "{people}\n" + "x" * WIDTH


def test_no_line_ends_at_a_hard_blank() -> None:
    words = "x" * (WIDTH - 8)
    assert broken(f"{words} voici\u00a0: ici") == f"{words} voici\u00a0:\nici"
    assert broken(f"{words} donc voici\u00a0:") == f"{words} donc\nvoici\u00a0:"
    assert broken(f"{words} à «\u00a0{{people}}\u00a0»") == f"{words} à\n«\u00a0{{people}}\u00a0»"


def test_japanese_is_broken_between_letters_but_not_before_a_full_stop() -> None:
    line = "お" * (WIDTH // 2)
    assert broken(f"{line}。") == f"{line[:-1]}\nお。"
    assert broken(f"{line}{{when}}まで") == f"{line}\n{{when}}まで"
    assert broken(f"{line[:-1]}「はい」") == f"{line[:-1]}\n「はい」"


def test_japanese_is_broken_at_a_pause_that_is_not_too_near_the_beginning() -> None:
    some = "お" * (WIDTH // 4)
    assert broken(f"{some}。{some}、{some}") == f"{some}。\n{some}、\n{some}"
    assert broken(f"お。{some * 2}") == f"お。{some * 2}"[: WIDTH // 2] + "\nおお"


@given(st.text(alphabet="ab \u00a0{}*。「お\u3063é", max_size=300), st.integers(0, 12))
def test_breaking_loses_nothing_and_no_line_is_too_wide(phrase: str, indent: int) -> None:
    lines = broken(phrase, indent).split("\n")
    assert "".join("".join(lines).split()) == "".join(phrase.split())
    for line in lines[1:]:
        assert line.startswith(" " * indent)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("", [""]),
        ("short", ["short"]),
        ("  two words here", ["  two words", "here"]),
        ("ありがとうございました。", ["ありがとうご", "ざいました。"]),
        ("ありがとうござ。はい", ["ありがとうご", "ざ。はい"]),  # no line begins with a full stop
        ("ありがとうご「はい」", ["ありがとうご", "「はい」"]),
        ("注文 https://example.com/1234 です", ["注文", "https://example.com/1234", "です"]),
        (
            "👨\u200d👩\u200d👧" * 3,
            ["👨\u200d👩\u200d👧👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"],
        ),  # families stay together
    ],
)
def test_anybodys_line_is_wrapped_by_what_it_takes_on_a_terminal(
    line: str, parts: list[str]
) -> None:
    assert wrapped(line, 12) == parts


@given(st.text(max_size=200), st.integers(2, 40))
def test_wrapping_loses_nothing_that_can_be_seen(line: str, width: int) -> None:
    assert "".join("".join(wrapped(line, width)).split()) == "".join(line.split())
