# ruff: noqa: RUF001 - letters that look alike are the subject
"""Every operator on every script: DESIGN section 4, a line each."""

from datetime import UTC, date, datetime, timedelta

import pytest

from postdesk.rules.compare import OPERATORS, SEARCHED, fitting
from postdesk.rules.condition import Test, holds
from postdesk.rules.known import FACTS, Fact
from postdesk.rules.read_condition import compile_condition
from postdesk.rules.span import Span

DAY = timedelta(days=1)
XMAS = date(2026, 12, 24)
NOON = datetime(2026, 12, 24, 12, tzinfo=UTC)
YES, NO = True, False

# operator, what is wanted, what is, and whether it holds
TEXTS: list[tuple[str, object, object, bool]] = [
    ("is", "straße", "STRASSE", YES),
    ("is", "STRASSE", "Straße", YES),
    ("is", "soren", "Søren", YES),
    ("is", "Łódź", "lodz", YES),
    ("is", "Đorđe", "dorde", YES),
    ("is", "Καλημέρα", "ΚΑΛΗΜΕΡΑ", YES),
    ("is", "счёт", "СЧЁТ", YES),
    ("is", "счет", "счёт", NO),  # on Cyrillic letters the marks are letters
    ("is", "が", "か", NO),
    ("is", "Ａｃｍｅ", "acme", YES),
    ("is", "two words", " Two \n words ", YES),
    ("is", "two", "two words", NO),
    ("is", "", "", YES),
    ("is", "", None, YES),
    ("is", "", (), YES),
    ("is", "", "x", NO),
    ("is", True, "x", YES),
    ("is", False, "", YES),
    ("is", "vip", ("eu", "VIP"), YES),
    ("in", "x", ("eu", "VIP"), NO),
    ("in", "eu", ("eu", "VIP"), YES),
    ("any_word", "rechnung", "Ihre RECHNUNG, bitte", YES),
    ("any_word", "rechnung", "Rechnungen", NO),
    ("any_word", "strasse", "Die Straße!", YES),
    ("any_word", "счёт", "мой счёт?", YES),
    ("any_word", "счёт", "расчёт", NO),
    ("any_word", "geld zurück", "mein Geld\nzurueck, Geld  zurück", YES),
    ("any_word", "打印机", "我的打印机坏了", YES),
    ("any_word", "プリンター", "ﾌﾟﾘﾝﾀｰが壊れた", YES),
    ("any_word", "ใบแจ้งหนี้", "ขอใบแจ้งหนี้ด้วย", YES),
    ("any_word", "វិក្កយបត្រ", "ផ្ញើវិក្កយបត្រមក", YES),
    ("any_word", "ໃບແຈ້ງໜີ້", "ຂໍໃບແຈ້ງໜີ້ແດ່", YES),
    ("any_word", "فاتورة", "أريد فاتورة الآن", YES),
    ("any_word", "인보이스", "인보이스를", NO),  # Korean has spaces
    ("any_word", "vip", ("a vip", "b"), YES),
    ("contains", "rechn", "Ihre RECHNUNG", YES),
    ("contains", "große", "DIE GROSSEN", YES),
    ("contains", "angstrom", "Ångströms", YES),
    ("contains", "und so", "und\n  so weiter", YES),
    ("contains", "й", "и", NO),
    ("contains", "x", None, NO),
    ("starts_with", "über", "UBER alles", YES),
    ("starts_with", "alles", "über alles", NO),
    ("starts_with", "billing@", ("a@b.example", "billing@b.example"), YES),
    ("ends_with", ".pdf", ("a.txt", "Ä.PDF"), YES),
    ("ends_with", "@kunde.example", "petra@Kunde.example", YES),
    ("ends_with", "pdf", "a.pdf.exe", NO),
    ("matches", r"rechnung\s+\pN+", "RECHNUNG 12", YES),
    ("matches", "^\\pL+$", "Ångström", YES),
    ("matches", "^[a-z]+$", "Ångström", NO),  # a pattern sees the marks
    ("matches", "no\\.12", "Ｎｏ．１２", YES),  # of NFKC
    ("matches", "СЧЁТ", "мой счёт", YES),
    ("matches", "strasse", "Straße", NO),
    ("matches", "x", ("a", "X"), YES),
    ("matches", ".*", None, NO),
]
OTHERS: list[tuple[str, object, object, bool]] = [
    ("is", 3, 3, YES),
    ("is", 3, 3.0, YES),
    ("is", 3, "3", YES),
    ("is", 3, "x", NO),
    ("is", 3, True, NO),
    ("is", True, 3, YES),
    ("is", XMAS, NOON, YES),
    ("is", XMAS, NOON + DAY, NO),
    ("is", NOON, NOON, YES),
    ("is", NOON, "2026-12-24T13:00:00+01:00", YES),
    ("above", 3, 4, YES),
    ("above", 3, 3, NO),
    ("above", 3, "3.5", YES),
    ("above", 3, "many", NO),
    ("above", 3, None, NO),
    ("below", 3, 2, YES),
    ("below", 3, 3, NO),
    ("below", 3, "", NO),
    ("above", Span(DAY), 2 * DAY, YES),
    ("above", Span(DAY), DAY, NO),
    ("above", Span(DAY), 2, NO),
    ("below", Span(DAY), DAY / 2, YES),
    ("below", Span(DAY), None, NO),
    ("below", Span(business_days=1), DAY / 2, NO),
    ("before", XMAS, NOON - DAY, YES),
    ("before", XMAS, NOON, NO),
    ("before", NOON, NOON - DAY / 2, YES),
    ("after", XMAS, "2026-12-25", YES),
    ("after", XMAS, "soon", NO),
    ("after", NOON, NOON, NO),
    ("after", NOON, "", NO),
]


@pytest.mark.parametrize(("operator", "wanted", "saw", "held"), TEXTS + OTHERS)
def test_it_holds_or_not(operator: str, wanted: object, saw: object, held: bool) -> None:
    assert holds(Test("any", operator, (wanted,)), lambda key: saw) is held


def test_every_operator_is_in_the_table_both_ways() -> None:
    for name in OPERATORS:
        assert {held for operator, *_, held in TEXTS + OTHERS if operator == name} == {YES, NO}


def test_only_the_beginning_of_an_endless_text_is_looked_at() -> None:
    text = "x " * SEARCHED + "needle"
    assert not holds(Test("text", "contains", ("needle",)), lambda key: text)
    assert holds(Test("text", "starts_with", ("x x",)), lambda key: text)


FITTING = {
    "text": {"is", "in", "any_word", "contains", "starts_with", "ends_with", "matches"},
    "texts": {"is", "in", "any_word", "contains", "starts_with", "ends_with", "matches"},
    "number": {"is", "in", "above", "below"},
    "moment": {"is", "in", "before", "after"},
    "span": {"above", "below"},
    "flag": {"is", "in"},
    "value": set(OPERATORS),
}
GOOD: dict[str, object] = {"above": 1, "below": 1, "before": XMAS, "after": XMAS, "in": ["new"]}


@pytest.mark.parametrize(("name", "fact"), FACTS.items(), ids=lambda one: str(one)[:20])
def test_a_fact_takes_the_operators_of_its_kind_and_no_others(name: str, fact: Fact) -> None:
    assert set(fitting(fact.kind)) == FITTING[fact.kind]
    asked = name.replace("*", "x")
    for operator in OPERATORS.keys() - FITTING[fact.kind]:
        table: dict[str, object] = {operator: GOOD.get(operator, "new")}
        for part in reversed(asked.split(".")):
            table = {part: table}
        found = compile_condition(table)
        assert isinstance(found, list) and f"{operator} cannot compare it" in found[0].what
