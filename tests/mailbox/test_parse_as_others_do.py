"""On well-formed mail our reading is that of the standard library, and of mail-parser."""

import email
import email.policy
from email.headerregistry import Address
from email.message import EmailMessage, Message
from unicodedata import normalize

import mailparser  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postdesk.mailbox.headers import decode_header
from postdesk.mailbox.parse import parse, part_bytes
from postdesk.mailbox.split import split
from postdesk.mailbox.transfer import undo

LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"\\<>=?')
WORD = st.text(LETTERS, min_size=1, max_size=12)
LINE = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
TEXT = st.lists(LINE, min_size=1, max_size=8).map("\n".join)
# An "@" in an encoded word beside plain words is doubted on purpose: some decode before they parse.
NAME = LINE.map(lambda line: line.replace("@", "a"))
# Building a mail is slow where the machine is busy, which is no fault of what is tested.
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def mails(draw: st.DrawFn) -> EmailMessage:
    """What a decent client sends: a text, maybe a page beside it, maybe files."""
    mail = EmailMessage()
    name = draw(NAME)
    mail["From"] = Address(name, "petra", "kunde.example")
    mail["To"] = "help@example.com"
    mail["Subject"] = draw(LINE)
    mail["Message-ID"] = f"<{draw(st.integers(0, 9999))}@kunde.example>"
    mail["References"] = "<root@example.com> <last@example.com>"
    text = draw(TEXT)
    encoding = draw(st.sampled_from(["8bit", "base64", "quoted-printable"]))
    mail.set_content(text, cte=encoding)
    if draw(st.booleans()):
        mail.add_alternative(f"<p>{draw(WORD)}</p>", subtype="html", cte=encoding)
    for body in draw(st.lists(st.binary(max_size=300), max_size=3)):
        mail.add_attachment(body, "image", "png", filename=f"{draw(WORD)}.png")
    return mail


def leaves(mail: Message) -> list[tuple[str, bytes]]:
    found = []
    for part in mail.walk():
        if not part.is_multipart():
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            found.append((part.get_content_type(), body))
    return found


@given(mails(), st.sampled_from([email.policy.SMTP, email.policy.default]))
@FEW
def test_we_read_what_the_standard_library_reads(
    mail: EmailMessage, policy: email.policy.EmailPolicy
) -> None:
    raw = mail.as_bytes(policy=policy)
    theirs = email.message_from_bytes(raw, policy=email.policy.compat32)
    tree = split(raw)
    ours = [part for part in tree.walk() if not part.parts]
    assert [(one.type, undo(tree.body(one), one.encoding)[0]) for one in ours] == leaves(theirs)
    assert tree.defects == ()
    assert [(name, decode_header(value)) for name, value in tree.root.headers.headers] == [
        (name.lower(), decode_header(str(value))) for name, value in theirs.items()
    ]


@given(mails())
@FEW
def test_what_went_in_comes_out(mail: EmailMessage) -> None:
    raw = mail.as_bytes(policy=email.policy.SMTP)
    found = parse(raw)
    sent = mail["From"].addresses[0]
    assert (found.sender.addr, found.sender_doubt) == (sent.addr_spec, "")
    # Its folding may lose a blank between two encoded words, so what left is asked, not what was.
    assert found.subject == email.message_from_bytes(raw, policy=email.policy.default)["Subject"]
    assert found.message_id == mail["Message-ID"]
    assert found.references == ("<root@example.com>", "<last@example.com>")
    body = mail.get_body(("plain",))
    assert body is not None
    assert found.text == body.get_content().replace("\r\n", "\n").strip("\n")
    files = [(one.get_filename(), one.get_content()) for one in mail.iter_attachments()]
    assert [part_bytes(raw, one.part) for one in found.attachments] == [body for _, body in files]
    assert [one.size for one in found.attachments] == [len(body) for _, body in files]


@given(mails())
@FEW
def test_mail_parser_agrees(mail: EmailMessage) -> None:
    raw = mail.as_bytes(policy=email.policy.SMTP)
    ours, theirs = parse(raw), mailparser.parse_from_bytes(raw)
    assert theirs.from_[0][1] == ours.sender.addr
    assert theirs.message_id == ours.message_id
    assert (
        normalize("NFC", "".join(theirs.text_plain)).split() == normalize("NFC", ours.text).split()
    )
    assert len(theirs.attachments) == len(ours.attachments)
