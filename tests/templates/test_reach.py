import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.templates.measure import cells
from postdesk.templates.reach import (
    defuse,
    first_words,
    is_command,
    quoted,
    quoted_html,
    visible_lines,
)

MORE = "({count} more)"


@pytest.mark.parametrize(
    "line",
    [
        "#close",
        "  #close now",
        "\t/close",
        "!close",
        "\u00a0#close",
        "\uff03close",
        "\ufe5fclose",
        "\u200b#close",
        "#\u200bclose",
        "#\u034fclose",
        "# close",
        "/ \tclose",
        "- #close",
        "* #close",
        "\u2022 #close",
        "**#close**",
        "`#close`",
        "#\u2605\u2605\u2605",
        "#***",
        "@close",
        ".close",
        "\\close",
        "#schließen",
        "##close",
    ],
)
def test_what_could_be_read_as_a_command_is_seen(line: str) -> None:
    assert is_command(line)
    assert not is_command(defuse(line))
    assert not is_command(quoted(line, MORE))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "#1042",
        "[#1042] Hello",
        "> #close",
        "| #close",
        "close",
        "Take it   #take",
        "##- Please write your reply above this line -##",
        "- item",
        "-- ",
        "5 / 2",
        "“#close”",
    ],
)
def test_what_is_no_command_stays_as_it_is(line: str) -> None:
    assert not is_command(line)
    assert defuse(line) == line


@given(st.text())
def test_nothing_anybody_writes_gets_through(text: str) -> None:
    for safe in (defuse(text), quoted(text, MORE), first_words(text)):
        assert not any(is_command(line) for line in safe.splitlines())
    assert not any(is_command(line) for line in visible_lines(str(quoted_html(text, MORE))))


@given(st.text(alphabet="#/!*-• \u200b\u2028\r\n\t<&close★"))
def test_nothing_made_of_what_commands_are_made_of_gets_through(text: str) -> None:
    for safe in (defuse(text), quoted(text, MORE), first_words(text)):
        assert not any(is_command(line) for line in safe.splitlines())
    assert not any(is_command(line) for line in visible_lines(str(quoted_html(text, MORE))))


def test_long_lines_are_wrapped_between_words_and_addresses_are_not_broken() -> None:
    address = "https://example.com/" + "x" * 100
    lines = quoted(f"{'word ' * 30}{address}", MORE).splitlines()
    assert max(len(line) for line in lines[:-1]) <= 78
    assert lines[-1] == f"| {address}"


def test_long_lines_without_spaces_are_wrapped_where_their_letters_allow() -> None:
    lines = quoted("お世話になっております。請求書の件でご連絡いたします。" * 20, MORE).splitlines()
    assert max(cells(line) for line in lines) <= 78
    assert not any(line.startswith("| 。") for line in lines)


def test_blank_lines_keep_their_bar_and_the_bar_no_trailing_space() -> None:
    assert quoted("a\n\nb", MORE) == "| a\n|\n| b"


def test_what_is_too_long_is_cut_and_the_rest_counted() -> None:
    assert quoted("abcdef", MORE, room=4) == "| abcd\n(2 more)"
    assert str(quoted_html("abcdef", MORE, room=4)) == "abcd<br><i>(2 more)</i>"


def test_html_is_bounded_once_escaped() -> None:
    assert len(str(quoted_html("<" * 100_000, MORE))) < 61_000


def test_the_first_words_end_between_words() -> None:
    assert first_words("Hello\n\n  there, " + "word " * 50, 20) == "Hello there, word…"
    assert first_words("") == ""
