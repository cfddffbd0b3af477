import re
from html.parser import HTMLParser

import pytest

from postdesk.templates.catalogue import LANGUAGES
from postdesk.templates.measure import cells
from postdesk.templates.reach import is_command, visible_lines
from postdesk.templates.render import Rendered, Renderer
from postdesk.templates.sample import FULL, SAMPLES
from postdesk.templates.sample_hostile import EVIL_LINE
from postdesk.templates.sample_parts import ANSWER, MESSAGE, NOON, WORDS
from postdesk.templates.views import LETTERS, MessageView, Reason, UnprovenReceipt, names, values
from postdesk.templates.words import direction, labels

RENDERER = Renderer()
CASES = [(name, tag, sample) for name in LETTERS for tag in LANGUAGES for sample in SAMPLES]
CUSTOMERS = ("receipt", "receipt-unproven", "answer")
TO_AGENTS = ("notification", "hold", "hold-done", "delivery-failed", "delivery-delayed", "bundle")
VOID = frozenset({"br", "hr", "img", "meta"})
REMOTE = re.compile(r"src\s*=|url\(|@import|<link|<script|<img|<iframe|background\s*=", re.I)


def letter(name: str, language: str = "en", sample: str = "full") -> Rendered:
    return RENDERER.render(name, language, values(SAMPLES[sample][name]))


class Balance(HTMLParser):
    """Notes every element that is closed out of order or not at all, and every link."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> out of order"


@pytest.mark.parametrize(("name", "language", "sample"), CASES)
def test_no_line_of_a_letter_is_a_command(name: str, language: str, sample: str) -> None:
    rendered = letter(name, language, sample)
    lines = rendered.text.splitlines() + visible_lines(rendered.html)
    assert [line for line in lines if is_command(line)] == []


@pytest.mark.parametrize(("name", "language", "sample"), CASES)
def test_html_is_well_formed_small_and_loads_nothing(name: str, language: str, sample: str) -> None:
    html = letter(name, language, sample).html
    parsed = Balance(html)
    assert parsed.open == []
    assert parsed.handlers == []
    assert not REMOTE.search(html)
    assert all(link.startswith(("mailto:", "https://shop.example/")) for link in parsed.links)
    assert len(html.encode()) < 90_000


@pytest.mark.parametrize(("name", "language", "sample"), CASES)
def test_a_subject_is_one_line_and_not_empty(name: str, language: str, sample: str) -> None:
    subject = letter(name, language, sample).subject
    assert subject and subject.splitlines() == [subject]


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_fit_on_a_terminal(name: str, language: str) -> None:
    ours = [line for line in letter(name, language).text.splitlines() if line not in ANSWER]
    assert [line for line in ours if cells(line) > 78] == []
    assert not any(line != line.rstrip() and line != "-- " for line in ours)
    assert "\n\n\n" not in letter(name, language).text


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_letters_in_their_language(name: str, language: str) -> None:
    rendered = letter(name, f"{language}-AT")
    assert rendered.language == language
    assert f'<html lang="{language}" dir="{direction(language)}">' in rendered.html
    assert (rendered.text == letter(name, "en").text) == (language == "en")


@pytest.mark.parametrize("name", LETTERS)
def test_looks_matter_so_every_letter_has_a_twin_with_the_same_number(name: str) -> None:
    rendered = letter(name)
    assert "<html" in rendered.html
    for number in re.findall(r"#\d+", rendered.text):
        assert number in rendered.html


# --- single letters ------------------------------------------------------------------------------


def test_an_unproven_sender_gets_nothing_back_of_what_came() -> None:
    assert names(UnprovenReceipt) == ("desk", "number")
    assert letter("receipt-unproven").subject == "[#1042] We have your message"
    rendered = letter("receipt-unproven")
    for word in ("Petra", "kunde", "invoice", "Invoice", "2026-118"):
        assert word not in rendered.subject + rendered.text + rendered.html


def test_a_receipt_says_the_number_and_that_answering_is_enough() -> None:
    rendered = letter("receipt")
    assert rendered.subject == "[#1042] Invoice 2026-118 charged twice"
    for form in (rendered.text, rendered.html):
        assert "#1042" in form
        assert "just answer this mail" in form
        assert "status" in form and "how far we are" in form
    assert WORDS[:20] not in rendered.text


@pytest.mark.parametrize("sample", ["full", "bare"])
def test_a_notification_says_first_where_an_answer_goes(sample: str) -> None:
    first = {"full": "Reply → Petra Kunde (customer)", "bare": "Reply → team only"}[sample]
    rendered = letter("notification", sample=sample)
    assert rendered.text.splitlines()[0] == first
    assert first in "\n".join(visible_lines(rendered.html)[:4])


@pytest.mark.parametrize("name", TO_AGENTS)
def test_a_letter_to_an_agent_begins_with_the_line_to_write_above(name: str) -> None:
    rendered = letter(name)
    assert labels("en").reply_line in rendered.text.splitlines()[:6]
    assert any(labels("en").reply_line in line for line in visible_lines(rendered.html)[:8])


def test_a_notification_shows_the_words_the_files_and_who_it_is() -> None:
    rendered = letter("notification")
    for form in (rendered.text, rendered.html):
        for said in (
            "2026-118", "bank-statement.pdf", "184 KB", "2.4 MB", "VIP", "1031", "1038",
            "★★★★☆", "high", "Answer by", "max@example.com", "Mon 23 Nov 2026, 13:00 CET",
        ):  # fmt: skip
            assert said in form


def test_a_notification_warns_of_a_sender_who_may_be_somebody_else() -> None:
    text = letter("notification", sample="hostile").text
    assert text.count("Careful: ") == 3
    assert "First contact" in text
    assert "44.0 MB not attached" in text
    assert "Careful" not in letter("notification").text


def test_likely_next_acts_are_mailto_links() -> None:
    links = Balance(letter("notification").html).links
    assert links == [
        "mailto:support+1042.r7q2@example.com?subject=%5B%231042%5D&body=%23wait%201d",
        "mailto:support+1042.r7q2@example.com?subject=%5B%231042%5D&body=%23close",
        "mailto:support+1042.n7q2@example.com?subject=%5B%231042%5D",
        "mailto:support+1042.m7q2@example.com",
    ]


def test_markup_of_a_customer_is_shown_and_never_in_force() -> None:
    for name in LETTERS:
        html = letter(name, sample="hostile").html
        assert "<b onload" not in html
    assert "&lt;b onload=" in letter("notification", sample="hostile").html


def test_an_answer_is_the_agents_words_and_little_else() -> None:
    rendered = letter("answer")
    assert rendered.text.startswith(ANSWER + "\n\nAnna, Example Support\n\n-- \n")
    assert len(rendered.text) - len(ANSWER) < 90
    assert labels("en").reply_line not in rendered.text + rendered.html
    for form in (rendered.text, rendered.html):
        assert "Anna Berg" not in form and "anna@" not in form


def test_an_answer_can_carry_a_line_to_be_known_by() -> None:
    given = {**values(FULL["answer"]), "mark_line": "##- 1042.k3f9 -##"}
    rendered = RENDERER.render("answer", "en", given)
    assert "##- 1042.k3f9 -##" in rendered.text
    assert "##- 1042.k3f9 -##" in rendered.html


def test_a_held_mail_tells_why_and_offers_three_words() -> None:
    rendered = letter("hold")
    assert rendered.subject == "Not sent: [#1042] Invoice 2026-118 charged twice"
    for form in (rendered.text, rendered.html):
        for said in (
            "from a server of example.net", "#clsoe", "Did you mean #close?", "address book", "24",
            "It has no words of its own, and no file.",
        ):  # fmt: skip
            assert said in form
        for word in ("ok", "send", "cancel"):
            assert re.search(rf"\b{word}\b", form)


def test_a_held_mail_with_a_plain_command_asks_for_no_other() -> None:
    given = {**values(FULL["hold"]), "reasons": (Reason("command", line="#close", guess="#close"),)}
    rendered = RENDERER.render("hold", "en", given)
    for form in (rendered.text, rendered.html):
        assert "#close" in form and "Did you mean" not in form


def test_a_question_asked_again_says_what_was_wrong_with_the_answer() -> None:
    first = letter("hold")
    again = RENDERER.render("hold", "en", {**values(FULL["hold"]), "again": True})
    said = "Your answer was not one of these words: ok, send, cancel."
    assert said in again.text and said in again.html
    assert said not in first.text + first.html
    assert again.text.splitlines()[0] == said


@pytest.mark.parametrize(
    ("name", "outcome", "note", "said"),
    [
        ("hold", None, False, "What was not sent"),
        ("hold", None, True, "What was not filed"),
        ("hold-done", "released", False, "What was sent"),
        ("hold-done", "released", True, "What was filed"),
        ("hold-done", "cancelled", False, "What was not sent"),
        ("hold-done", "cancelled", True, "What was not filed"),
    ],
)
def test_a_note_is_filed_and_an_answer_sent(
    name: str, outcome: str | None, note: bool, said: str
) -> None:
    given = {**values(FULL[name]), "note": note} | ({"outcome": outcome} if outcome else {})
    rendered = RENDERER.render(name, "en", given)
    assert said in rendered.text.splitlines()
    assert said in visible_lines(rendered.html)


def test_a_reason_found_elsewhere_is_told_in_the_readers_language() -> None:
    german = letter("hold", "de")
    for form in (german.text, german.html):
        assert "Sie hat keine eigenen Worte und keine Datei." in form


def notification(**changes: object) -> Rendered:
    return RENDERER.render("notification", "en", {**values(FULL["notification"]), **changes})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_a_command_that_a_letter_names_stands_in_quotation_marks(name: str, language: str) -> None:
    rendered = letter(name, language)
    for form in (rendered.text, "\n".join(visible_lines(rendered.html))):
        named = re.finditer(r"(?<![\w/@.])[#!/](note|take|close|tag|undo|mute|assign)\b", form)
        bare = [form[max(found.start() - 9, 0) : found.end()] for found in named]
        assert [line for line in bare if not re.search("[“„«「| ]", line)] == []


def test_who_was_in_cc_gets_nothing() -> None:
    rendered = letter("notification")
    for lines in (rendered.text.splitlines(), visible_lines(rendered.html)):
        assert "max@example.com was in Cc, and gets nothing." in [line.strip() for line in lines]


def test_the_writer_is_called_vip_only_where_the_customer_wrote() -> None:
    eve = MessageView("Eve", "eve@example.com", NOON, "Hello")
    for message, times in ((MESSAGE, 2), (eve, 1)):
        rendered = notification(message=message)
        assert (rendered.text.count("VIP"), rendered.html.count("VIP")) == (times, times)


@pytest.mark.parametrize("who", ["Bob Müller", "somebody unknown"])
def test_a_writer_without_an_address_gets_no_empty_brackets(who: str) -> None:
    rendered = notification(message=MessageView(who, "", NOON, "Hello"))
    assert f"\n{who}\n" in rendered.text.replace(", VIP", "")
    assert "<>" not in rendered.text and "&lt;&gt;" not in rendered.html


def test_an_answer_names_everybody_it_goes_to_unmistakably() -> None:
    others = ("Kunde, Paul <paul@kunde.example>", "<max@example.com>", "Eve <>")
    rendered = notification(reply_to="Kunde, Petra", others=others)
    said = '"Kunde, Petra", "Kunde, Paul" <paul@kunde.example>, max@example.com, Eve.'
    assert f"  It goes to {said}\n" in rendered.text
    assert f"It goes to {said}" in " ".join(visible_lines(rendered.html))


@pytest.mark.parametrize("name", ["delivery-failed", "delivery-delayed"])
def test_a_letter_that_did_not_arrive_shows_the_agents_words_where_they_are_known(
    name: str,
) -> None:
    assert "What you wrote" in letter(name).text
    bare = RENDERER.render(name, "en", {**values(FULL[name]), "words": ""})
    assert "What you wrote" not in bare.text + bare.html


def test_a_title_that_is_a_command_stays_the_subject() -> None:
    assert letter("notification", sample="hostile").subject == f"[#1042] {EVIL_LINE}"


def _luminance(colour: str) -> float:
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_from_its_ground_in_light_and_dark() -> None:
    """WCAG 2 AA: 4.5 to 1 for text of this size."""
    sources = Renderer().shelf.source("letters/_base.html.j2")
    sources += Renderer().shelf.source("letters/_parts.html.j2")
    pairs = re.findall(r"background: ?(#\w{6})[^}\"]*?;\s?color: ?(#\w{6})", sources)
    assert len(pairs) >= 7
    on_cards = [("#ffffff", "#56636f"), ("#f5f7f9", "#56636f"), ("#1d232a", "#a9b5c1")]
    bands = [("#e6f0fc", "#0f3d7a"), ("#f0eafb", "#4a2a85"), ("#ffffff", "#66727d")]
    for ground, ink in (*pairs, *on_cards, *bands):
        assert _contrast(ground, ink) >= 4.5, (ground, ink)
