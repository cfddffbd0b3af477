"""Who wrote a mail, a person or a machine, told by its headers; and notes of absence by words."""
# ruff: noqa: RUF001

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.automatic import machine, spam, wants_no_answer, withholds

PETRA = ("from", "Petra Kunde <petra@kunde.example>")
TEXT = "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (("Auto-Submitted", "no"), ""),
        (("Auto-Submitted", "No (a person)"), ""),
        (("Auto-Submitted", "auto-replied"), "auto-reply"),
        (("Auto-Submitted", "auto-replied; owner-email=petra@kunde.example"), "auto-reply"),
        (("Auto-Submitted", "AUTO-GENERATED (cron)"), "auto-generated"),
        (("Auto-Submitted", "auto-notified"), "auto-generated"),
        (("Precedence", "auto_reply"), "auto-reply"),
        (("X-Autoreply", "yes"), "auto-reply"),
        (("X-Autorespond", "Away"), "auto-reply"),
        (("Precedence", "list"), "mailing list"),
        (("List-Id", "Parcels <parcels.example.com>"), "mailing list"),
        (("List-Post", "<mailto:parcels@example.com>"), "mailing list"),
        (("X-MLServer", "fml 4.0"), "mailing list"),
        (("Precedence", "Bulk"), "bulk"),
        (("Precedence", "junk"), "bulk"),
        (("Precedence", "first-class"), ""),
        (("List-Unsubscribe", "<https://example.com/u>"), "bulk"),
        (("Feedback-ID", "spring:shop:mailer"), "bulk"),
        (("Feedback-ID", "1.eu-west-1.aa=:AmazonSES"), ""),
        (("X-Loop", "parcels@example.com"), "auto-generated"),
        (("X-Failed-Recipients", "bob@example.com"), "bounce"),
        (("Return-Path", "<>"), "auto-generated"),
        (("Return-Path", "<petra@kunde.example>"), ""),
        (("X-Auto-Response-Suppress", "All"), ""),
        (("X-Postdesk-Desk", "kunde"), "postdesk"),
        (("X-Mailer", "Acme Mail"), ""),
    ],
    ids=lambda value: ": ".join(value) if isinstance(value, tuple) else value,
)
def test_a_header_tells_the_machine(header: tuple[str, str], why: str) -> None:
    assert machine([PETRA, header], None, TEXT) == why


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("Petra Kunde <petra@kunde.example>", ""),
        ("MAILER-DAEMON@mx.example.com (Mail Delivery System)", "bounce"),
        ("MAILER-DAEMON", "bounce"),
        ("Mail Delivery System <mailer-daemon@mx.example.com>", "bounce"),
        ("postmaster@example.com", "auto-generated"),
        ("no-reply@shop.example", "no-reply sender"),
        ("Shop <NoReply@shop.example>", "no-reply sender"),
        ("shop-noreply+17@shop.example", "no-reply sender"),
        ("do_not_reply@shop.example", "no-reply sender"),
        ("ne-pas-repondre@shop.example", "no-reply sender"),
        ("nicht-antworten@shop.example", "no-reply sender"),
        ("naoresponda@shop.example", "no-reply sender"),
        ("no-replay@music.example", ""),
        ("noreplyson@people.example", ""),
        ('"no-reply" <petra@kunde.example>', ""),
        ('"petra@kunde.example" <noreply@shop.example>', "no-reply sender"),
        ("", ""),
    ],
)
def test_a_sender_tells_the_machine(sender: str, why: str) -> None:
    assert machine([("From", sender)], "petra@kunde.example", TEXT) == why


@pytest.mark.parametrize(
    ("content_type", "why"),
    [
        ("multipart/report; report-type=delivery-status; boundary=x", "bounce"),
        ('Multipart/Report; boundary=x; Report-Type="Delivery-Status"', "bounce"),
        ("multipart/report; report-type=disposition-notification", "read receipt"),
        ("multipart/report; report-type=feedback-report", "abuse report"),
        ("multipart/report; boundary=x", "auto-generated"),
        ("message/delivery-status", "bounce"),
        ("message/rfc822", ""),
        ("multipart/alternative; boundary=delivery-status", ""),
    ],
)
def test_a_content_type_tells_the_machine(content_type: str, why: str) -> None:
    assert machine([PETRA], "petra@kunde.example", content_type) == why


def test_the_path_of_the_envelope_goes_before_the_header() -> None:
    assert machine([PETRA, ("return-path", "<petra@kunde.example>")], "", TEXT) == "auto-generated"
    assert machine([PETRA, ("return-path", "<>")], "petra@kunde.example", TEXT) == ""


def test_a_postmaster_with_a_null_path_reports_a_bounce() -> None:
    assert machine([("From", "postmaster@example.com")], "<>", TEXT) == "bounce"


def test_an_absence_note_is_an_answer_even_with_a_null_path() -> None:
    assert machine([PETRA, ("Auto-Submitted", "auto-replied")], "", TEXT) == "auto-reply"


@pytest.mark.parametrize(
    ("value", "wants"),
    [
        ("All", True),
        ("DR, OOF, AutoReply", True),
        ("OOF", True),
        ("DR, RN, NRN", False),
        ("", False),
    ],
)
def test_a_sender_may_ask_for_no_answer(value: str, wants: bool) -> None:
    assert wants_no_answer([("X-Auto-Response-Suppress", value)]) is wants


@pytest.mark.parametrize(
    ("name", "value", "marked"),
    [
        ("X-Spam", "Yes", True),
        ("X-Spam-Flag", "YES", True),
        ("x-spam-flag", "NO", False),
        ("X-Spam-Status", "Yes, score=9.1 required=5.0 tests=URIBL", True),
        ("X-Spam-Status", "No, score=-1.2 required=5.0", False),
        ("X-Rspamd-Action", "add header", True),
        ("X-Rspamd-Action", "rewrite subject", True),
        ("X-Rspamd-Action", "no action", False),
        ("X-Rspamd-Action", "greylist", False),
        ("Subject", "Yes", False),
    ],
)
def test_the_mark_of_a_filter_is_read(name: str, value: str, marked: bool) -> None:
    assert spam([PETRA, (name, value)]) is marked


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until Monday.",
        "I'm currently on annual leave.",
        "Ich bin bis Montag nicht im Büro.",
        "Abwesenheitsnotiz",
        "Je suis actuellement en congés.",
        "Estoy de vacaciones hasta el lunes.",
        "Estarei de férias até segunda.",
        "Sono in ferie fino a lunedì.",
        "Ik ben tot maandag op vakantie.",
        "Do poniedziałku jestem na urlopie.",
        "Я нахожусь в отпуске.",
        "Я перебуваю у відпустці.",
        "Jsem do pondělí na dovolené.",
        "Jag är till måndag på semester.",
        "Jeg er indtil mandag på ferie.",
        "Olen lomalla maanantaihin.",
        "Pazartesiye kadar ofis dışındayım.",
        "Hétfőig szabadságon vagyok.",
        "Sunt în concediu.",
        "月曜日まで休暇中です。",
        "我正在休假。",
        "월요일까지 휴가 중입니다.",
        "أنا في إجازة.",
        "אני נמצא בחופשה.",
    ],
)
def test_words_of_absence_withhold_automatic_letters(text: str) -> None:
    assert withholds(text, "Your parcel")


@pytest.mark.parametrize("subject", ["Automatic reply: Parcel", "Automatische Antwort: Paket"])
def test_a_subject_of_absence_withholds_them(subject: str) -> None:
    assert withholds("Back on Monday.", subject)


def test_other_mail_withholds_nothing() -> None:
    assert not withholds("The parcel is at your office. Please leave it there.", "Parcel")
    assert not withholds("", "")


def test_a_long_letter_is_no_note() -> None:
    assert not withholds("I am out of the office. " + "Parcels. " * 200, "Parcel")


@settings(deadline=None)  # machines differ; the timeout bounds it
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=50))), st.text(), st.text())
def test_no_headers_make_it_raise(headers: list[tuple[str, str]], path: str, kind: str) -> None:
    known = {"", "postdesk", "bounce", "read receipt", "abuse report", "auto-reply"}
    known |= {"mailing list", "auto-generated", "bulk", "no-reply sender"}
    assert machine(headers, path, kind) in known
    assert spam(headers) in (True, False)


def test_a_report_of_no_kind_is_still_a_bounce_when_a_mail_daemon_wrote_it() -> None:
    headers = [("From", "Mail System <mailer-daemon@kunde.example>")]
    assert machine(headers, "", "multipart/report; boundary=x") == "bounce"
