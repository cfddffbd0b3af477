"""Whose mail an agent passed on, in the words of the mail programs of our users."""
# ruff: noqa: RUF001

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.forward import Forwarded, bare_subject, forwarded, forwarded_text
from postdesk.mailbox.mail import NOBODY, Address
from postdesk.mailbox.parse import parse

PETRA = Address("Petra Kunde", "petra@kunde.example")
ANNA = "anna@example.com"
NOTE = "Please take this one."
WORDS = "Hello,\n\nmy parcel 17 is lost: can you look?\n\nPetra"


def mail(text: str, subject: str = "Fwd: Parcel 17", **more: str) -> bytes:
    lines = ["From: Anna Berg <anna@example.com>", "To: support@example.com", f"Subject: {subject}"]
    lines += ["MIME-Version: 1.0", "Content-Transfer-Encoding: 8bit"]
    more.setdefault("Content_Type", "text/plain; charset=utf-8")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\n".join([*lines, "", text]).replace("\n", "\r\n").encode()


def read(raw: bytes) -> Forwarded | None:
    return forwarded(parse(raw), raw)


def found_in(text: str, subject: str = "Fwd: Parcel 17") -> Forwarded:
    found = read(mail(text, subject))
    assert found is not None
    return found


GMAIL = {
    "en": "---------- Forwarded message ---------\nFrom: Petra Kunde <petra@kunde.example>\n"
    "Date: Mon, Aug 3, 2026 at 10:00 AM\nSubject: Parcel 17\nTo: <anna@example.com>\n\n",
    "de": "---------- Forwarded message ---------\nVon: Petra Kunde <petra@kunde.example>\n"
    "Date: Mo., 3. Aug. 2026 um 10:00 Uhr\nSubject: Parcel 17\nTo: <anna@example.com>\n\n",
    "fr": "---------- Forwarded message ---------\nDe : Petra Kunde <petra@kunde.example>\n"
    "Date: lun. 3 août 2026 à 10:00\nSubject: Parcel 17\nTo: <anna@example.com>\n\n",
    "tr": "---------- Yönlendirilen ileti ---------\nGönderen: Petra Kunde <petra@kunde.example>\n"
    "Tarih: 3 Ağu 2026 Pzt 10:00\nKonu: Parcel 17\nAlıcı: <anna@example.com>\n\n",
}

# From, date, to, subject as Outlook has them; the date is the fifth.
OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject", "Monday, August 3, 2026 10:00 AM"),
    "de": ("Von", "Gesendet", "An", "Betreff", "Montag, 3. August 2026 10:00"),
    "fr": ("De ", "Envoyé ", "À ", "Objet ", "lundi 3 août 2026 10:00"),
    "es": ("De", "Enviado el", "Para", "Asunto", "lunes, 3 de agosto de 2026 10:00"),
    "it": ("Da", "Inviato", "A", "Oggetto", "lunedì 3 agosto 2026 10:00"),
    "pt": ("De", "Enviada em", "Para", "Assunto", "segunda-feira, 3 de agosto de 2026 10:00"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp", "maandag 3 augustus 2026 10:00"),
    "pl": ("Od", "Wysłano", "Do", "Temat", "poniedziałek, 3 sierpnia 2026 10:00"),
    "ru": ("От", "Отправлено", "Кому", "Тема", "3 августа 2026 г. 10:00"),
    "uk": ("Від", "Надіслано", "Кому", "Тема", "3 серпня 2026 р. 10:00"),
    "cs": ("Od", "Odesláno", "Komu", "Předmět", "pondělí 3. srpna 2026 10:00"),
    "sv": ("Från", "Skickat", "Till", "Ämne", "den 3 augusti 2026 10:00"),
    "da": ("Fra", "Sendt", "Til", "Emne", "3. august 2026 10:00"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe", "3. elokuuta 2026 10:00"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu", "3 Ağustos 2026 Pazartesi 10:00"),
    "hu": ("Feladó", "Elküldve", "Címzett", "Tárgy", "2026. augusztus 3. 10:00"),
    "ro": ("De la", "Trimis", "Către", "Subiect", "luni, 3 august 2026 10:00"),
    "el": ("Από", "Στάλθηκε", "Προς", "Θέμα", "3 Αυγούστου 2026 10:00"),
    "ja": ("差出人", "送信日時", "宛先", "件名", "2026年8月3日 10:00"),
    "zh": ("发件人", "发送时间", "收件人", "主题", "2026年8月3日 10:00"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "제목", "2026년 8월 3일 10:00"),
    "ar": ("من", "تم الإرسال", "إلى", "الموضوع", "3/8/2026 10:00"),
    "he": ("מאת", "נשלח", "אל", "נושא", "3/8/2026 10:00"),
}
SUBJECTS = {
    "de": "WG: Parcel 17",
    "fr": "TR: Parcel 17",
    "es": "RV: Parcel 17",
    "it": "I: Parcel 17",
    "pt": "ENC: Parcel 17",
    "pl": "PD: Parcel 17",
    "sv": "VB: Parcel 17",
    "da": "VS: Parcel 17",
    "fi": "VL: Parcel 17",
    "tr": "İLT: Parcel 17",
    "el": "ΠΡΘ: Parcel 17",
    "ja": "転送: Parcel 17",
    "zh": "转发: Parcel 17",
}

# What follows the note in other programs.
OTHERS = {
    "apple": "Begin forwarded message:\n\n> From: Petra Kunde <petra@kunde.example>\n"
    "> Subject: Parcel 17\n> Date: 3 August 2026 at 10:00:00 CEST\n> To: anna@example.com\n> \n"
    + "\n".join(f"> {line}" for line in WORDS.split("\n")),
    "apple, german": "Anfang der weitergeleiteten Nachricht:\n\n"
    "Von: Petra Kunde <petra@kunde.example>\nBetreff: Parcel 17\n"
    "Datum: 3. August 2026 um 10:00:00 MESZ\nAn: anna@example.com\n\n" + WORDS,
    "apple, french": "Début du message transféré :\n\n"
    "De: Petra Kunde <petra@kunde.example>\nObjet: Parcel 17\n"
    "Date: 3 août 2026 à 10:00:00 UTC+2\nÀ: anna@example.com\n\n" + WORDS,
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tParcel 17\n"
    "Date: \tMon, 3 Aug 2026 10:00:00 +0200\nFrom: \tPetra Kunde <petra@kunde.example>\n"
    "To: \tanna@example.com\n\n\n\n" + WORDS,
    "thunderbird, german": "-------- Weitergeleitete Nachricht --------\nBetreff: \tParcel 17\n"
    "Datum: \tMon, 3 Aug 2026 10:00:00 +0200\nVon: \tPetra Kunde <petra@kunde.example>\n"
    "An: \tanna@example.com\n\n\n\n" + WORDS,
    "thunderbird, czech": "-------- Přeposlaná zpráva --------\nPředmět: \tParcel 17\n"
    "Datum: \tMon, 3 Aug 2026 10:00:00 +0200\nOd: \tPetra Kunde <petra@kunde.example>\n"
    "Komu: \tanna@example.com\n\n" + WORDS,
    "yahoo": "   ----- Forwarded Message ----- From: Petra Kunde <petra@kunde.example>\n"
    "To: Anna <anna@example.com>\nSent: Monday, August 3, 2026 at 10:00:00 AM GMT+2\n"
    "Subject: Parcel 17\n\n" + WORDS,
    "yahoo, lines": "----- Forwarded Message -----\n\nFrom: Petra Kunde <petra@kunde.example>\n"
    "To: Anna <anna@example.com>\nSent: Monday, August 3, 2026 at 10:00:00 AM GMT+2\n"
    "Subject: Parcel 17\n\n" + WORDS,
    "proton": "------- Forwarded Message -------\nFrom: Petra Kunde <petra@kunde.example>\n"
    "Date: On Monday, August 3rd, 2026 at 10:00\nSubject: Parcel 17\nTo: anna@example.com\n\n"
    + WORDS,
    "samsung": "-------- Original message --------\nFrom: Petra Kunde <petra@kunde.example>\n"
    "Date: 03/08/2026 10:00 (GMT+01:00)\nTo: anna@example.com\nSubject: Parcel 17\n\n" + WORDS,
    "outlook on phones": "________________________________\n"
    "From: Petra Kunde <petra@kunde.example>\nSent: Monday, August 3, 2026 10:00:00 AM\n"
    "To: Anna <anna@example.com>\nSubject: Parcel 17\n\n" + WORDS,
    "outlook, old": "-----Original Message-----\nFrom: Petra Kunde [mailto:petra@kunde.example]\n"
    "Sent: Monday, August 3, 2026 10:00 AM\nTo: Anna Berg\nSubject: Parcel 17\n\n" + WORDS,
    "outlook, links": "From: Petra Kunde <petra@kunde.example<mailto:petra@kunde.example>>\n"
    "Sent: Monday, August 3, 2026 10:00 AM\nTo: Anna <anna@example.com>\nSubject: Parcel 17\n\n"
    + WORDS,
    "outlook, bold": "*From:* Petra Kunde <petra@kunde.example>\n"
    "*Sent:* Monday, August 3, 2026 10:00 AM\n*To:* Anna <anna@example.com>\n"
    "*Subject:* Parcel 17\n\n" + WORDS,
    "gmx": "Gesendet: Montag, 3. August 2026 um 10:00 Uhr\n"
    'Von: "Petra Kunde" <petra@kunde.example>\nAn: anna@example.com\nBetreff: Parcel 17\n\n'
    + WORDS,
    "mutt": "----- Forwarded message from Petra Kunde <petra@kunde.example> -----\n\n"
    "Date: Mon, 3 Aug 2026 10:00:00 +0200\nFrom: Petra Kunde <petra@kunde.example>\n"
    "To: anna@example.com\nSubject: Parcel 17\n\n" + WORDS
    + "\n\n----- End forwarded message -----\n",
    "lotus": "----- Forwarded by Anna Berg/Example on 08/03/2026 10:05 AM -----\n\n"
    "From:\tPetra Kunde <petra@kunde.example>\nTo:\tanna@example.com\n"
    "Date:\t08/03/2026 10:00 AM\nSubject:\tParcel 17\n\n" + WORDS,
    "mail.ru": "-------- Пересылаемое сообщение --------\n"
    "От кого: Petra Kunde <petra@kunde.example>\n"
    "Кому: anna@example.com\nДата: Понедельник, 3 августа 2026, 10:00 +03:00\nТема: Parcel 17\n\n"
    + WORDS,
    "zoho": "---- Forwarded message ----\nFrom: Petra Kunde <petra@kunde.example>\n"
    "To: <anna@example.com>\nDate: Mon, 03 Aug 2026 10:00:00 +0200\nSubject: Parcel 17\n"
    "\n" + WORDS,
}  # fmt: skip


@pytest.mark.parametrize("language", GMAIL)
def test_a_forward_by_gmail_is_read(language: str) -> None:
    found = found_in(f"{NOTE}\n\n{GMAIL[language]}{WORDS}\n")
    assert found.note == NOTE
    assert found.sender == PETRA
    assert found.subject == "Parcel 17"
    assert [address.addr for address in found.to] == [ANNA]
    assert "10:00" in found.sent
    assert found.text == WORDS


@pytest.mark.parametrize("language", OUTLOOK)
def test_a_forward_by_outlook_is_read(language: str) -> None:
    sender, sent, to, subject, date = OUTLOOK[language]
    text = (
        f"{NOTE}\n\n{sender}: Petra Kunde <petra@kunde.example>\n{sent}: {date}\n"
        f"{to}: Anna Berg <anna@example.com>\n{subject}: Parcel 17\n\n{WORDS}\n"
    )
    found = found_in(text, SUBJECTS.get(language, "FW: Parcel 17"))
    assert found == Forwarded(
        NOTE, PETRA, date, "Parcel 17", (Address("Anna Berg", ANNA),), WORDS, "", None
    )


@pytest.mark.parametrize("program", OTHERS)
def test_a_forward_by_other_programs_is_read(program: str) -> None:
    found = found_in(f"{NOTE}\n\n{OTHERS[program]}")
    assert found.note == NOTE
    assert found.sender == PETRA
    assert found.subject == "Parcel 17"
    assert found.text == WORDS


def test_a_note_may_end_with_a_colon() -> None:
    block = OTHERS["outlook, links"]
    assert found_in(f"Please look at this:\n\n{block}", "FW: Parcel 17").sender == PETRA


def test_nothing_above_is_no_note() -> None:
    found = found_in(GMAIL["en"] + WORDS)
    assert (found.note, found.text) == ("", WORDS)


def test_the_agents_signature_is_no_part_of_the_note() -> None:
    assert found_in(f"{NOTE}\n\n-- \nAnna Berg\nExample\n\n{GMAIL['en']}{WORDS}").note == NOTE


def test_commands_stay_in_the_note() -> None:
    assert found_in(f"#assign bob\n{NOTE}\n\n{GMAIL['en']}{WORDS}").note == f"#assign bob\n{NOTE}"


def test_a_frame_tells_a_forward_whatever_the_subject() -> None:
    assert found_in(f"{NOTE}\n\n{GMAIL['en']}{WORDS}", "A lost parcel").sender == PETRA


def test_a_forward_of_an_attribution_names_its_writer() -> None:
    quoted = "\n".join(f"> {line}" for line in WORDS.split("\n"))
    found = found_in(
        f"{NOTE}\n\nOn 3 Aug 2026, at 10:00, Petra Kunde <petra@kunde.example> wrote:\n\n{quoted}"
    )
    assert found.sender.addr == PETRA.addr
    assert found.text == WORDS


def test_a_frame_without_headers_names_the_writer_below_it() -> None:
    found = found_in(
        "-------- Пересылаемое сообщение --------\n"
        "03.08.2026, 10:00, Petra Kunde <petra@kunde.example>:\n\n" + WORDS
    )
    assert found.sender.addr == PETRA.addr
    assert found.text == WORDS


def test_a_writer_without_address_has_a_name() -> None:
    text = (
        "From: Petra Kunde\nSent: Monday, August 3, 2026 10:00\nTo: Anna Berg\n"
        f"Subject: Parcel 17\n\n{WORDS}"
    )
    assert found_in(text, "FW: Parcel 17").sender == Address("Petra Kunde", "")


def test_a_wrapped_header_is_read_whole() -> None:
    text = (
        "From: Petra Kunde <petra@kunde.example>\nSent: Monday, August 3, 2026 10:00\n"
        "To: Anna Berg <anna@example.com>,\n Bob <bob@example.com>\n"
        f"Subject: A parcel of\n many words\nImportance: High\n\n{WORDS}"
    )
    found = found_in(text, "FW: Parcel 17")
    assert [address.addr for address in found.to] == [ANNA, "bob@example.com"]
    assert found.subject == "A parcel of many words"
    assert found.text == WORDS


def test_headers_with_blank_lines_between_them_are_read() -> None:
    text = (
        "From: Petra Kunde <petra@kunde.example>\n\nSent: Monday, August 3, 2026 10:00\n\n"
        f"To: Anna Berg <anna@example.com>\n\nSubject: Parcel 17\n\n{WORDS}"
    )
    found = found_in(text, "FW: Parcel 17")
    assert (found.sender, found.subject, found.text) == (PETRA, "Parcel 17", WORDS)


def test_a_forward_of_a_forward_gives_the_next_one_from_its_text() -> None:
    inner = GMAIL["en"] + WORDS
    outer = inner.replace("Petra Kunde <petra@kunde.example>", "Bob <bob@example.com>", 1)
    text = outer.replace(WORDS, f"For you, Anna.\n\n{inner}")
    first = found_in(text, "Fwd: Fwd: Parcel 17")
    assert first.sender.addr == "bob@example.com"
    second = forwarded_text(first.text, first.subject)
    assert second is not None
    assert (second.note, second.sender, second.text) == ("For you, Anna.", PETRA, WORDS)


def test_the_thread_names_the_original() -> None:
    text = GMAIL["en"] + WORDS
    answered = read(mail(text, In_Reply_To="<a@kunde.example>"))
    named = read(mail(text, References="<b@kunde.example> <c@kunde.example>"))
    told = read(mail(text, X_Forwarded_Message_Id="<d@kunde.example>", References="<b@x.example>"))
    assert [one.message_id for one in (answered, named, told) if one] == [
        "<a@kunde.example>",
        "<c@kunde.example>",
        "<d@kunde.example>",
    ]


ATTACHED = (
    f"--b\nContent-Type: text/plain; charset=utf-8\n\n{NOTE}\n"
    "--b\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n"
    "From: Petra Kunde <petra@kunde.example>\nTo: anna@example.com\nSubject: Parcel 17\n"
    "Date: Mon, 3 Aug 2026 10:00:00 +0200\nMessage-ID: <a@kunde.example>\n\n"
    f"{WORDS}\n--b--\n"
)


def test_an_attached_original_is_read() -> None:
    raw = mail(ATTACHED, Content_Type='multipart/mixed; boundary="b"')
    assert read(raw) == Forwarded(
        note=NOTE,
        sender=PETRA,
        sent="Mon, 3 Aug 2026 10:00:00 +0200",
        subject="Parcel 17",
        to=(Address("", ANNA),),
        text=WORDS,
        message_id="<a@kunde.example>",
        part=2,
    )


def test_a_report_that_brings_a_letter_back_is_no_forward() -> None:
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    assert read(mail(ATTACHED, Content_Type=kind)) is None


def test_a_signature_alone_is_no_note() -> None:
    text = ATTACHED.replace(NOTE, "-- \nAnna Berg")
    found = read(mail(text, Content_Type='multipart/mixed; boundary="b"'))
    assert found is not None
    assert found.note == ""


def test_an_attached_original_is_named_even_without_its_bytes() -> None:
    found = forwarded(parse(mail(ATTACHED, Content_Type='multipart/mixed; boundary="b"')))
    assert found is not None
    assert (found.part, found.note, found.sender) == (2, NOTE, NOBODY)


REPLY = (
    "Done.\n\nFrom: Petra Kunde <petra@kunde.example>\nSent: Monday, August 3, 2026 10:00\n"
    f"To: Anna Berg <anna@example.com>\nSubject: Parcel 17\n\n{WORDS}"
)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        pytest.param(REPLY, "RE: Parcel 17", id="an answer by Outlook"),
        pytest.param(REPLY, "VS: Parcel 17", id="an answer in Finnish"),
        pytest.param(
            f"Done.\n\nOn 3 Aug 2026, Petra Kunde <petra@kunde.example> wrote:\n> {NOTE}\n",
            "Re: Parcel 17",
            id="an answer by others",
        ),
        pytest.param(f"Done.\n\n> {GMAIL['en']}", "Re: Fwd: Parcel 17", id="a quoted frame"),
        pytest.param("I forwarded message 17 to you.", "Parcel 17", id="a sentence about it"),
        pytest.param("Nothing below.", "Fwd: Parcel 17", id="an empty forward"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_other_mail_is_no_forward(text: str, subject: str) -> None:
    assert read(mail(text, subject)) is None


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Fwd: Parcel 17", "Parcel 17"),
        ("WG: FW: Parcel 17", "Parcel 17"),
        ("转发：Parcel 17", "Parcel 17"),
        ("Re: Parcel 17", "Re: Parcel 17"),
        ("Import: Parcel 17", "Import: Parcel 17"),
        ("Fwd:", ""),
    ],
)
def test_the_prefix_of_a_forward_is_taken_off(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    [
        "From: a@b.example\n",
        "To: ",
        "a@",
        "> ",
        "From:\n\n",
        "-",
        "----- Forwarded message -----\n",
    ],
)
def test_long_nonsense_is_read_in_no_time(piece: str) -> None:
    noise = piece * (400_000 // len(piece))
    forwarded_text(noise, "Fwd: a")
    forwarded_text(GMAIL["en"].rstrip("\n") + noise, "Fwd: a")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *GMAIL["en"].split("\n"),
                *WORDS.split("\n"),
                "> From: x",
                "To: a@b.example,",
                "\r",
                ">",
            ]
        )
        | st.text(max_size=20)
    ),
    st.sampled_from(["Fwd: a", "VS: a", "a", ""]),
)
def test_nothing_ever_raises_and_no_word_is_made_up(lines: list[str], subject: str) -> None:
    text = "\n".join(lines)
    found = forwarded_text(text, subject)
    if found:
        assert all(line.strip() in text for line in found.text.split("\n"))
        assert all(line.strip() in text for line in found.note.split("\n"))
