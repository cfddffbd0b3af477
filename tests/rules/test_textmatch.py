# ruff: noqa: RUF001 - letters that look alike are the subject
"""Words are found as a reader would find them, in whatever script they are written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.textmatch import fold, plain, stands_in

SAME = [
    ("Invoice", "INVOICE"),
    ("Straße", "STRASSE"),
    ("ẞ", "ss"),
    ("Ångström", "angstrom"),
    ("cafe\u0301", "CAFÉ"),
    ("Łódź", "lodz"),
    ("Søren", "soren"),
    ("ǿ", "o"),
    ("Đorđe", "dorde"),
    ("naïve façade", "naive facade"),
    ("Tiếng Việt", "tieng viet"),
    ("İstanbul", "istanbul"),
    ("ΑΘΉΝΑ", "αθηνα"),
    ("Ὀδυσσεύς", "οδυσσευσ"),
    ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
    ("Ｉｎｖｏｉｃｅ　１２", "invoice 12"),
    ("ﬁnance", "finance"),
    ("①", "1"),
    ("ｶﾞｲﾄﾞ", "ガイド"),
    ("СЧЁТ", "счёт"),
    ("Հայերեն", "ՀԱՅԵՐԵՆ"),
    ("ⅷ", "VIII"),
    ("\u1112\u1161\u11ab", "한"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_writings_of_the_same_word_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


DIFFERENT = [
    ("счёт", "счет"),  # Cyrillic marks are letters
    ("й", "и"),
    ("が", "か"),
    ("कि", "क"),
    ("שָׁלוֹם", "שלום"),
    ("ไม้", "ไม"),
    ("ı", "i"),
    ("ð", "d"),
    ("æ", "ae"),
    ("a", "а"),  # Latin and Cyrillic
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_letters_that_differ_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text())
def test_case_and_normal_form_do_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text.casefold()) == fold(text)


def test_plain_text_is_one_line_with_single_spaces() -> None:
    assert plain("  Money\n\tBACK ") == "money back"


FOUND = [
    ("Your invoice is wrong", "invoice"),
    ("invoice", "invoice"),
    ("(Invoice)", "invoice"),
    ("invoice_2", "invoice"),
    ("re:invoice!", "Invoice"),
    ("Die Rechnung, bitte", "rechnung"),
    ("préinvoice or invoice", "invoice"),
    ("I want my money\nback now", "money back"),
    ("C++ is hard", "c++"),
    ("ΤΙΜΟΛΌΓΙΟ παρακαλώ", "τιμολογιο"),
    ("где мой счёт?", "Счёт"),
    ("请修理我的打印机", "打印机"),
    ("請求書を送ってください", "請求書"),
    ("プリンターが壊れた", "プリンター"),
    ("ﾌﾟﾘﾝﾀｰが壊れた", "プリンター"),
    ("ขอใบแจ้งหนี้ด้วยครับ", "ใบแจ้งหนี้"),
    ("ຂໍໃບແຈ້ງໜີ້ແດ່", "ໃບແຈ້ງໜີ້"),
    ("សូមផ្ញើវិក្កយបត្រមក", "វិក្កយបត្រ"),
    ("买T恤一件", "T恤"),
    ("인보이스 주세요", "인보이스"),
    ("أريد فاتورة الآن", "فاتورة"),
    ("कृपया बिल भेजें", "बिल"),
]


@pytest.mark.parametrize(("text", "word"), FOUND)
def test_a_word_that_stands_by_itself_is_found(text: str, word: str) -> None:
    assert stands_in(plain(text), plain(word))


NOT_FOUND = [
    ("invoices", "invoice"),
    ("preinvoice", "invoice"),
    ("invoice2", "invoice"),
    ("2invoice", "invoice"),
    ("Rechnungsbetrag", "Rechnung"),
    ("éinvoice", "invoice"),
    ("расчёт", "счёт"),
    ("인보이스를 주세요", "인보이스"),
    ("बिल्ली", "बिल"),  # a cat, not a bill: the mark that follows belongs to the word
    ("فاتورتي", "فاتورة"),
    ("invo ice", "invoice"),
    ("", "invoice"),
    ("anything", ""),
    ("anything", "  "),
]


@pytest.mark.parametrize(("text", "word"), NOT_FOUND)
def test_a_part_of_another_word_is_not_found(text: str, word: str) -> None:
    assert not stands_in(plain(text), plain(word))


def test_the_search_takes_no_more_time_than_the_text_is_long() -> None:
    assert not stands_in("a" * 200_000, "a" * 1_000)
