"""What a book is called, and what names it in the history."""

from postdesk.rules.book import VERSION, Book, digest_of, without_version


def test_a_digest_is_of_names_and_texts_whatever_their_order() -> None:
    one = digest_of({"a.toml": "x", "b.toml": "y"})
    assert one == digest_of({"b.toml": "y", "a.toml": "x"})
    others = ({"a.toml": "xb.toml", "": "y"}, {"a.toml": "x"}, {"a.toml": "y", "b.toml": "x"})
    assert len({one, *map(digest_of, others)}) == 4


def test_history_names_rule_file_line_and_version() -> None:
    book = Book(digest="3f2a91c0" + "0" * 56)
    assert book.version == "3f2a91c0" and len(book.version) == VERSION
    because = book.because("50-routing.toml:12", "vip to senior")
    assert because == '50-routing.toml:12 "vip to senior" (rules 3f2a91c0)'
    assert without_version(because) == '50-routing.toml:12 "vip to senior"'


def test_what_has_no_place_or_no_digest_is_named_without() -> None:
    assert Book().because("", "agent anna is gone") == '"agent anna is gone"'
    assert without_version("<1@kunde.example>") == "<1@kunde.example>"
