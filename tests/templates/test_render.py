from pathlib import Path

import pytest

from postdesk.templates.check import check, missing
from postdesk.templates.press_sandbox import OUTPUT_LIMIT
from postdesk.templates.render import Rendered, Renderer
from postdesk.templates.sample import BARE, FULL
from postdesk.templates.sample_parts import TICKET
from postdesk.templates.shelf import SOURCE_LIMIT, LetterError, read_letters
from postdesk.templates.views import SafeHtml, values

HEAD = "Subject: Hello\n\n"


def draw(body: str, **given: object) -> str:
    """The words of a letter that consists of ``body``."""
    return Renderer({"letters/try.txt.j2": HEAD + body}).render("try", "en", given).text


def refused(body: str, **given: object) -> LetterError:
    with pytest.raises(LetterError) as raised:
        draw(body, **given)
    return raised.value


def desk_with(folder: Path, **files: str) -> Path:
    (folder / "letters").mkdir()
    for name, text in files.items():
        (folder / "letters" / f"{name.replace('__', '.')}.j2").write_text(text)
    return folder


def receipt(renderer: Renderer, language: str) -> Rendered:
    return renderer.render("receipt", language, values(FULL["receipt"]))


# --- which file ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("de-AT", "de"),
        ("de_at", "de"),
        ("DE", "de"),
        ("en", "en"),
        ("sv", "en"),
        ("", "en"),
        ("../de", "en"),
        ("de/../../x", "en"),
        ("x" * 500, "en"),
    ],
)
def test_the_closest_language_there_is_is_taken(asked: str, found: str) -> None:
    assert receipt(Renderer(), asked).language == found


def test_a_region_of_its_own_is_closer_than_the_language(tmp_path: Path) -> None:
    folder = desk_with(tmp_path, **{"receipt__de-AT__txt": "Subject: Servus\n\nGrüß Gott."})
    assert receipt(Renderer(folder), "de-at").subject == "Servus"
    assert receipt(Renderer(folder), "de").subject != "Servus"


def test_a_file_of_the_desk_goes_before_the_packages_and_the_rest_stays(tmp_path: Path) -> None:
    renderer = Renderer(desk_with(tmp_path, receipt__txt="Subject: Ahoy\n\nWelcome aboard."))
    assert receipt(renderer, "en").text == "Welcome aboard.\n"
    assert "Hello Petra" in renderer.render("answer", "en", values(FULL["answer"])).text


def test_words_of_the_desk_never_go_with_html_of_the_package(tmp_path: Path) -> None:
    renderer = Renderer(desk_with(tmp_path, receipt__txt="Subject: Ahoy\n\nWelcome aboard."))
    assert receipt(renderer, "en").html == ""


def test_html_of_the_desk_goes_with_the_words_of_the_package(tmp_path: Path) -> None:
    renderer = Renderer(desk_with(tmp_path, receipt__html="<p>{{ ticket.title }}</p>"))
    assert receipt(renderer, "en").html == "<p>Invoice 2026-118 charged twice</p>"
    assert "Hello Petra" in receipt(renderer, "en").text


def test_a_letter_nobody_wrote_is_named() -> None:
    with pytest.raises(LetterError, match="no such letter"):
        Renderer().render("recipe", "en", {})


def test_a_renderer_goes_on_with_what_it_read_when_the_files_change(tmp_path: Path) -> None:
    renderer = Renderer(desk_with(tmp_path, receipt__txt="Subject: Ahoy\n\nWelcome."))
    (tmp_path / "letters" / "receipt.txt.j2").write_text("Subject: {{ broken")
    assert receipt(renderer, "en").subject == "Ahoy"


def test_letters_can_be_kept_as_texts_and_taken_up_again(tmp_path: Path) -> None:
    renderer = Renderer(desk_with(tmp_path, receipt__txt="Subject: Ahoy\n\nWelcome."))
    assert receipt(Renderer(renderer.shelf.own), "en") == receipt(renderer, "en")


def test_a_missing_folder_is_the_shipped_set(tmp_path: Path) -> None:
    assert receipt(Renderer(tmp_path / "nothing"), "en") == receipt(Renderer(), "en")


# --- the head ------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["a\nBcc: max@example.com", "a\r\n\r\nwords", "a\x0bX: y\x85z"])
def test_a_value_cannot_break_out_of_its_header(title: str) -> None:
    letters = {"letters/try.txt.j2": "Subject: [#1] {{ title }}\n\nwords\n"}
    rendered = Renderer(letters).render("try", "en", {"title": title})
    assert rendered.subject == "[#1] " + " ".join(title.split())
    assert (rendered.headers, rendered.text) == ((), "words\n")


def test_a_head_may_choose_and_ask_for_a_further_header() -> None:
    letters = {
        "letters/try.txt.j2": "{# for VIPs #}\nSubject: {% if vip %}!{% endif %} Hi\n"
        "Importance: high\n\nwords\n"
    }
    rendered = Renderer(letters).render("try", "en", {"vip": True})
    assert (rendered.subject, rendered.headers) == ("! Hi", (("Importance", "high"),))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("words only\n\nand more", 'begins with "Subject'),
        ("", "subject is empty"),
        ("Subject:\n\nwords", "subject is empty"),
        ("Subject: x\nBcc: max@example.com\n\nwords", "cannot set 'Bcc'"),
        ("Subject: x\nMessage-ID: <a@b>\n\nwords", "cannot set 'Message-ID'"),
    ],
)
def test_a_head_that_is_none_is_refused(source: str, said: str) -> None:
    with pytest.raises(LetterError) as raised:
        Renderer({"letters/try.txt.j2": source}).render("try", "en", {})
    assert said in str(raised.value)
    assert raised.value.line == 1


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "line", "column", "said"),
    [
        ("one\n{{ tikcet.number }}", 4, 4, "'tikcet' here; did you mean 'ticket'?"),
        ("{{ ticket.numer }}", 3, 11, "TicketView has no 'numer'; did you mean 'number'?"),
        ("\n\n{% if ticket.titel %}x{% endif %}", 5, 14, "did you mean 'title'?"),
        ("{{ ticket.number", 3, 0, "unexpected end of template"),
        ("{% for x in y %}", 3, 0, "Unexpected end"),
        ("{{ ticket.number|upcase }}", 3, 0, "No filter named 'upcase'"),
        ("{% include 'letters/_bse.html.j2' %}", 3, 13, "did you mean 'letters/_base.html.j2'?"),
        ("{{ ticket.number / 0 }}", 3, 0, "ZeroDivisionError"),
        ("{{ ticket.opened_at|when(1, 2) }}", 3, 0, "TypeError"),
    ],
)
def test_a_mistake_tells_its_place_and_what_was_meant(
    body: str, line: int, column: int, said: str
) -> None:
    mistake = refused(body, ticket=TICKET)
    assert (mistake.file, mistake.line, mistake.column) == ("letters/try.txt.j2", line, column)
    assert said in mistake.what


def test_a_mistake_reads_like_a_compilers() -> None:
    assert str(refused("Hi {{ ticket.titel }}", ticket=TICKET)).splitlines() == [
        "letters/try.txt.j2:3:14: TicketView has no 'titel'; did you mean 'title'?",
        "    Hi {{ ticket.titel }}",
        "                 ^",
    ]


def test_a_mistake_in_an_included_file_tells_that_file() -> None:
    letters = {
        "letters/try.txt.j2": HEAD + "{% include 'letters/_foot.txt.j2' %}",
        "letters/_foot.txt.j2": "bye\n{{ nobody }}",
    }
    with pytest.raises(LetterError) as raised:
        Renderer(letters).render("try", "en", {})
    assert (raised.value.file, raised.value.line) == ("letters/_foot.txt.j2", 2)


# --- the sandbox ---------------------------------------------------------------------------------

WAYS_OUT = [
    "{{ ticket.__class__ }}",
    "{{ ticket.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__base__ }}",
    "{{ ticket['__class__'] }}",
    "{{ ticket|attr('__class__') }}",
    "{{ '{0.__class__}'.format(ticket) }}",
    "{{ '%s'|format(ticket) }}",
    "{{ [ticket]|map('attr', '__class__')|list }}",
    "{{ [ticket]|map(attribute='__class__')|first }}",
    "{{ [ticket, ticket]|sort(attribute='__class__')|first }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ config }}",
    "{{ request.application }}",
    "{{ ticket.tags.append('x') }}",
    "{{ [1].append(2) }}",
    "{{ {}.update(a=1) }}",
    "{% include '/etc/passwd' %}",
    "{% include '../render.py' %}",
    "{% import 'os' as os %}{{ os }}",
    "{{ html.__html__.__func__ }}",
    "{{ ticket.opened_at.strftime('%9999999d') }}",
    "{{ ticket.opened_at.astimezone() }}",
    "{{ (5).to_bytes(900000000, 'big') }}",
]
BOMBS = [
    "{{ 'a'|center(1000000000) }}",
    "{{ 'a'.center(1000000000) }}",
    "{{ 'a'.ljust(1000000000) }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 1000000000 * 'a' }}",
    "{{ [1] * 1000000000 }}",
    "{{ 9 ** 999999999 }}",
    "{{ 'a\nb'|indent(1000000000) }}",
    "{% for n in range(1001) %}{% endfor %}",
    "{{ range(1000000000)|list }}",
    "{% for a in range(999) %}{% for b in range(999) %}words{% endfor %}{% endfor %}",
    "{% include 'letters/try.txt.j2' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "{% for a in 'b' %}" * 40 + "{% endfor %}" * 40,
]


@pytest.mark.parametrize("body", WAYS_OUT + BOMBS)
def test_a_template_has_no_way_out_and_no_bomb(body: str) -> None:
    mistake = refused(body, ticket=TICKET, html=SafeHtml("x"))
    assert mistake.file.startswith("letters/")


@pytest.mark.parametrize("body", WAYS_OUT + BOMBS)
def test_a_customers_template_is_only_words(body: str) -> None:
    assert draw("{{ words }}", words=body) == body + "\n"


def test_html_is_escaped_and_safe_html_is_not() -> None:
    letters = {
        "letters/try.txt.j2": HEAD + "x",
        "letters/try.html.j2": "{{ a }}|{{ b }}|{{ a|quoted }}",
    }
    given = {"a": "<script>&\"'", "b": SafeHtml("<b>b</b>")}
    escaped, kept, quoted = Renderer(letters).render("try", "en", given).html.split("|")
    assert kept == "<b>b</b>"
    assert not set("<>\"'") & set(escaped + quoted)


@pytest.mark.parametrize(
    "body", ["{{ a|safe }}", "{% autoescape false %}{{ a }}{% endautoescape %}"]
)
def test_a_letter_cannot_turn_escaping_off(body: str) -> None:
    letters = {"letters/try.txt.j2": HEAD + "x", "letters/try.html.j2": body}
    with pytest.raises(LetterError):
        Renderer(letters).render("try", "en", {"a": "<b>"})


def test_a_long_answer_is_never_lost_to_the_limit() -> None:
    words = "long " * OUTPUT_LIMIT
    assert len(draw("{{ words }}", words=words)) >= len(words)


# --- reading files -------------------------------------------------------------------------------


def test_what_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Subject: secret\n\nsecret")
    folder = desk_with(tmp_path, receipt__txt="Subject: Ahoy\n\nWelcome.\r\n")
    letters = folder / "letters"
    (letters / "answer.txt.j2").symlink_to(secret)
    (letters / "hold.txt.j2").write_bytes(b"Subject: \xff\n\n")
    (letters / "admin.txt.j2").write_bytes(b"x" * (SOURCE_LIMIT + 1))
    (letters / "bundle.txt.j2").mkdir()
    (letters / ".#receipt.txt.j2").write_bytes(b"\xff of an editor")
    texts, mistakes = read_letters(folder)
    assert texts == {"letters/receipt.txt.j2": "Subject: Ahoy\n\nWelcome.\n"}
    assert [(mistake.file.split("/")[1].split(".")[0], mistake.what) for mistake in mistakes] == [
        ("admin", "is larger than 64 KB"),
        ("answer", "leads out of its folder"),
        ("bundle", "is no file"),
        ("hold", "is not UTF-8"),
    ]
    with pytest.raises(LetterError, match="larger"):
        Renderer(folder)


# --- check ---------------------------------------------------------------------------------------


def test_the_shipped_letters_have_no_mistake() -> None:
    assert check(None, ["en", "de", "fr-CA"]) == []


def test_check_tells_all_mistakes_at_once(tmp_path: Path) -> None:
    folder = desk_with(
        tmp_path,
        reciept__txt="Subject: x\n\nx",
        receipt__txt="Subject: x\n\n{{ ticket.titel }}",
        receipt__german__txt="Subject: x\n\nx",
        hold__txt="Subject: {{ subject }}\n\n{% if hours > 99 %}{{ hour }}{% endif %}",
        answer__txt="Subject: x\n\n{% if %}",
        notification__txt="Subject: x\n\n{{ message.text }}",
        notes="Subject: x\n\nx",
    )
    (folder / "letters" / "receipt-unproven.txt.j2").write_text(
        "Subject: {{ ticket.title }}\n\nx", encoding="utf-8"
    )
    found = {
        mistake.file.removeprefix("letters/"): mistake.what for mistake in check(folder, ["en"])
    }
    assert sorted(found) == sorted(path.name for path in (folder / "letters").iterdir())
    assert "did you mean 'receipt'?" in found["reciept.txt.j2"]
    assert "did you mean 'title'?" in found["receipt.txt.j2"]
    assert "no language" in found["receipt.german.txt.j2"]
    assert "did you mean 'hours'?" in found["hold.txt.j2"]
    assert "read as a command" in found["notification.txt.j2"]
    assert "no value 'ticket'" in found["receipt-unproven.txt.j2"]
    assert ".txt.j2 or .html.j2" in found["notes.j2"]


def test_check_tries_each_language_of_the_desk(tmp_path: Path) -> None:
    folder = desk_with(tmp_path, receipt__it__txt="Subject: x\n\n{{ ticket.titolo }}")
    assert check(folder, ["en"]) == []
    (mistake,) = check(folder, ["en", "it-CH"])
    assert mistake.file == "letters/receipt.it.txt.j2"


def test_check_tries_a_letter_without_its_optional_values(tmp_path: Path) -> None:
    text = "Subject: x\n\n{{ ticket.respond_by|when }}"
    assert BARE["receipt"] != FULL["receipt"]
    (mistake,) = check(desk_with(tmp_path, receipt__txt=text), ["en"])
    assert mistake.line == 3


def test_check_tries_only_letters_that_a_file_of_the_desk_is_a_part_of() -> None:
    broken_part = {"letters/_parts.html.j2": "{{ nothing"}
    assert {mistake.file for mistake in check(broken_part, ["en"])} == {"letters/_parts.html.j2"}
    assert check({"letters/_foot.txt.j2": "words"}, ["en"]) == []
    assert check({}, ["en"]) == []


def test_what_is_missing_in_a_language_is_named(tmp_path: Path) -> None:
    assert missing({}, ["en", "de-AT", "en-GB"]) == []
    [said] = missing(tmp_path, ["sv", "de"])
    assert "no words in 'sv' for receipt, receipt-unproven, answer" in said
    own = {"letters/receipt.sv.txt.j2": "Subject: Hej\n\nHej."}
    [said] = missing(own, ["sv-SE"])
    assert "'sv-SE' for receipt-unproven, answer" in said
