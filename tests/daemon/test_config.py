"""The config: found, checked as a whole, and told in words an admin understands."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from postdesk.daemon.config import BadConfig, Config, find, load
from postdesk.daemon.config_values import Listen
from postdesk.daemon.tokens import user_of

ROOT = Path(__file__).parents[2]
MINIMAL = '[desk]\naddress = "support@example.com"\n'
MAILBOX = MINIMAL + '[imap.support]\nhost = "127.0.0.1"\nuser = "support"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, so that mistakes name the file as ``config.toml``."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(text: str, env: Mapping[str, str] | None = None) -> Config:
    file = Path("config.toml")
    file.write_text(text)
    file.chmod(0o600)
    return load(file, env or {})


def mistakes(text: str, env: Mapping[str, str] | None = None) -> str:
    with pytest.raises(BadConfig) as caught:
        config(text, env)
    return str(caught.value)


def test_an_address_is_all_that_is_needed(folder: Path) -> None:
    made = config(MINIMAL)
    assert made.desk.address == "support@example.com"
    assert made.desk.reply == "support+{mark}@example.com"
    assert made.desk.send_delay == timedelta(seconds=60)
    assert made.desk.timezone.key == "UTC"
    assert made.desk.state == folder / "var"
    assert made.database.file == folder / "var/postdesk.db"
    assert made.smtp.listen == Listen("127.0.0.1", 2525)
    assert not made.smtp.lmtp
    assert made.smtp.max_size == 35 * 1024 * 1024
    assert made.relay.url.reveal() == "maildir:var/outbox"
    assert made.web.listen == Listen("127.0.0.1", 8025)
    assert made.identity.remember == timedelta(days=30)
    assert made.archive.url is None
    assert (made.path, made.base) == (folder / "config.toml", folder)
    assert made.warnings == ()


def test_the_shipped_config_is_the_minimal_one() -> None:
    shipped = load(ROOT / "config.toml", {})
    assert shipped.desk.address == "support@example.com"
    assert shipped.warnings == ()


def test_the_oauth2_examples_of_the_shipped_config_can_be_used(folder: Path) -> None:
    text = (ROOT / "config.toml").read_text()
    examples = re.findall(
        r'((?:^#   (?:auth|[a-z_]+_(?:id|file|url)|scope) = ".*"\n)+)', text, re.M
    )
    tables = [example.replace("#   ", "") for example in examples if "auth =" in example]
    assert len(tables) == 3
    (url,) = re.findall(r"^#   (url = .*)", text, re.M)
    for table in tables:
        made = config(f"{MAILBOX}{table}[relay]\n{url}\n{table}")
        assert (made.imap["support"].auth, made.relay.auth) == ("oauth2", "oauth2")
        assert user_of(made.relay) == "support@example.com"


def test_every_key_stands_in_the_shipped_config_with_its_default(folder: Path) -> None:
    text = (ROOT / "config.toml").read_text()
    plain = config(MINIMAL)
    spoken = re.sub(r"^# (?=\[|[a-z_]+ = )", "", text, flags=re.MULTILINE)
    kept = [line for line in spoken.splitlines() if not line.startswith(("auth =", "client_s"))]
    full = config("\n".join(kept))
    assert full.desk == plain.desk
    assert (full.smtp, full.web, full.log) == (plain.smtp, plain.web, plain.log)
    assert (full.identity, full.archive) == (plain.identity, plain.archive)
    assert (
        full.imap["support"]
        == config(
            MINIMAL + '[imap.support]\nhost = "imap.example.com"\nuser = "support"\n'
            'password_file = "secrets/imap"'
        ).imap["support"]
    )
    for model in (plain.desk, plain.smtp, plain.relay, plain.web, plain.identity, plain.log):
        for key in type(model).model_fields:
            assert re.search(rf"^(# )?{key}(_file)? = ", text, re.MULTILINE), key


# One file with many mistakes: every line of the answer is exact.
MANY = """\
address = "support@example.com"
[desk]
address = "support"
nam = "Example"
host = "imap.example.com"
receipts = "comands"
stale = 1
first_number = "1"
send_delay = 60
timezone = "Europe/Berln"
language = "english"
sigils = "#@"
reply = "{mark}-{mark}@example.com"
from_name = "{agent.publicname}"
rules = ""
[[smtp]]
listen = "127.0.0.1:2525"
[imap]
port = 993
[imap.support]
user = "support"
polll = 1
idle = "yes"
port = 70000
every = "0s"
since = "soon"
tls = "Implicit"
password = "geheim"
password_file = "secrets/imap"
[relay]
url = "smpt://user:geheim@mail.example.com"
[web]
listen = ":8025"
[identity]
trusted_authserv_ids = ["mx.example.com", 3]
[[imapp]]
"""
MANY_TOLD = """\
config.toml:1:1: address: unknown key here; it belongs into a [desk] table
config.toml:3:11: desk.address: must be a mail address like "support@example.com"
config.toml:4:1: desk.nam: unknown key, did you mean "name"?
config.toml:5:1: desk.host: unknown key here; it belongs into a [imap.NAME] table
config.toml:6:12: desk.receipts: must be one of "hold", "commands", "all", did you mean "commands"?
config.toml:7:9: desk.stale: must be one of "warn", "hold"
config.toml:8:16: desk.first_number: must be a whole number
config.toml:9:14: desk.send_delay: must be a duration like "60s", "5m", "2h" or "30d"
config.toml:10:12: desk.timezone: "Europe/Berln" is no time zone, did you mean "Europe/Berlin"?
config.toml:11:12: desk.language: must be a language tag like "en" or "de-AT"
config.toml:12:10: desk.sigils: must be one or more of the characters "#/!"
config.toml:13:9: desk.reply: must hold {mark} only once
config.toml:14:13: desk.from_name: knows no placeholder "{agent.publicname}", did you mean "agent.public_name"?
config.toml:15:9: desk.rules: must name a path
config.toml:16:3: smtp: must be one table: write [smtp], not [[smtp]]
config.toml:19:8: imap.port: belongs into a table with a name: [imap.NAME]
config.toml:20:7: imap.support.host: is missing
config.toml:22:1: imap.support.polll: unknown key
config.toml:23:8: imap.support.idle: must be true or false
config.toml:24:8: imap.support.port: must be at most 65535
config.toml:25:9: imap.support.every: must be at least one second
config.toml:26:9: imap.support.since: must be a duration like "3d", a date like "2026-11-01", or "all"
config.toml:27:7: imap.support.tls: must be one of "implicit", "starttls", "none", did you mean "implicit"?
config.toml:29:17: imap.support.password_file: the secret is given twice: password says it already
config.toml:31:7: relay.url: must begin with maildir:, smtp://, smtp+starttls://, smtps:// or sendmail:, did you mean "smtp"?
config.toml:33:10: web.listen: must name a host: "127.0.0.1:8025", or "0.0.0.0:8025" for all
config.toml:35:43: identity.trusted_authserv_ids.1: must be a text in quotes
config.toml:36:3: imapp: unknown table, did you mean "imap"?
"""  # noqa: E501


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(folder: Path) -> None:
    told = [line for line in mistakes(MANY).splitlines() if not line.startswith("    ")]
    assert told == MANY_TOLD.splitlines()


def test_a_mistake_shows_its_line_and_points_at_the_place(folder: Path) -> None:
    assert mistakes(MAILBOX + 'password = ""\n[imap.sales]\nfoldr = "x"  # why') == (
        "config.toml:7:7: imap.sales.password: is missing; write it, or password_file,"
        " password_command or password_env\n"
        "    [imap.sales]\n"
        "          ^\n"
        "config.toml:7:7: imap.sales.host: is missing\n"
        "    [imap.sales]\n"
        "          ^\n"
        "config.toml:7:7: imap.sales.user: is missing\n"
        "    [imap.sales]\n"
        "          ^\n"
        'config.toml:8:1: imap.sales.foldr: unknown key, did you mean "folder"?\n'
        '    foldr = "x"  # why\n'
        "    ^"
    )


ONE_MISTAKE = [
    ("", "config.toml:1:1: desk: is missing; [desk] address is where customers write to"),
    ("[desk]", "config.toml:1:2: desk.address: is missing; [desk] address is where customers"),
    ('desk = "x"', "config.toml:1:8: desk: must be a table: [desk]"),
    ("[desk\n", "config.toml:1:6: a ] is missing here"),
    (MINIMAL + '[database]\nurl = "mysql://x/y"', "must begin with sqlite:/// or postgresql://"),
    (MINIMAL + '[database]\nurl = "sqlite:///"', "must name a file: sqlite:///var/postdesk.db"),
    (MINIMAL + '[relay]\nurl = "smtp://"', "must name a host, and a port from 1 to 65535 if any"),
    (MINIMAL + '[relay]\nurl = "smtp://host:99999"', "must name a host, and a port from 1"),
    (
        MINIMAL + '[smtp]\ntls_cert = "cert.pem"',
        "4:12: smtp.tls_cert: tls_cert and tls_key are",
    ),
    (MINIMAL + '[smtp]\nmax_size = "big"', '4:12: smtp.max_size: must be a size like "35MB"'),
    (MINIMAL + '[smtp]\nlmtp = "unix:"', '4:8: smtp.lmtp: must name a path after "unix:"'),
    (
        MAILBOX,
        "3:7: imap.support.password: is missing; write it, or password_file, password_command",
    ),
    (MAILBOX + 'auth = "oauth2"', 'auth = "oauth2" needs token_command, or client_id and token_u'),
    (
        MAILBOX + 'auth = "oauth2"\nclient_id = "desk"\ntoken_url = "https://login.example/t"',
        "token_url needs client_secret, device_url or authorize_url beside it",
    ),
    (
        MINIMAL + '[relay]\nurl = "smtps://mail.example"\nauth = "oauth2"\ntoken_command = "token"',
        'auth = "oauth2" needs a user in url: smtp+starttls://USER@HOST:587',
    ),
    (MAILBOX + "password = 3", "6:12: imap.support.password: must be a text in quotes"),
    (MAILBOX + 'password_env = ""', "6:16: imap.support.password_env: must not be empty"),
    (MINIMAL + 'reply = "support@{mark}x.example"', "may hold {mark} before the @ or as the first"),
    (MINIMAL + 'reply = "s+{id}@example.com"', "knows no other placeholder than {mark}"),
    (MINIMAL + 'from_name = "{desk.name"', "has a { or } too many"),
    (MINIMAL + 'from_name = "{x} {y}"', 'knows no placeholder "{x}"; and no "{y}"'),
    (MINIMAL + 'from_name = "{desk.name!r:>99}"', 'knows no placeholder "{desk.name}"'),
    (MINIMAL + 'name = "a\\nBcc: x"', "must be one line without control characters"),
    (MINIMAL + 'timezone = "Europe"', '"Europe" is no time zone'),
    (MINIMAL + 'timezone = "../../etc/passwd"', "is no time zone"),
    (MINIMAL + 'state = "a\\u0000b"', "must not hold a NUL"),
    (MINIMAL + '[identity]\nreply = "prove"', 'must be one of "claimed", "token", "confirmed", "p'),
    (MINIMAL + '[identity]\ntrusted_authserv_ids = "mx"', 'must be a list: ["...", "..."]'),
    (MINIMAL + '[archive]\nurl = "ftp://x"', "archive.url: must begin with file:, s3://, gs:// or"),
    (MINIMAL + '[web]\nlisten = "::1:80"', "an IPv6 address stands in brackets: [::1]:2525"),
]


@pytest.mark.parametrize(("text", "told"), ONE_MISTAKE)
def test_a_mistake_is_told_in_plain_words(folder: Path, text: str, told: str) -> None:
    assert told in mistakes(text)


@pytest.mark.parametrize(
    "line",
    [
        'passwordd = "geheim"',
        'password = "geheim',
        "password = 'geheim' 'x'",
        'client_secret = ["geheim"]',
        'url = "smtp://petra:geheim@mail.example.com"',
    ],
)
def test_no_mistake_shows_a_secret(folder: Path, line: str) -> None:
    told = mistakes(MAILBOX + line)
    assert line.partition("=")[0] in told
    assert "geheim" not in told


# Values.


def test_paths_and_addresses_start_from_the_config_file(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    file = tmp_path / "desk/config.toml"
    file.write_text(
        MINIMAL + 'rules = "/srv/rules"\nstate = "../var"\n'
        '[smtp]\nlmtp = "unix:lmtp.sock"\n[archive]\nurl = "file:old"\n'
    )
    made = load(file, {})
    assert made.desk.rules == Path("/srv/rules")
    assert made.desk.state == tmp_path / "desk/../var"
    assert made.smtp.lmtp == Listen(path=tmp_path / "desk/lmtp.sock")
    assert str(made.archive.url) == f"file:{tmp_path / 'desk/old'}"


def test_values_of_a_mailbox(folder: Path) -> None:
    box = config(MAILBOX + 'password = "x"\ntls = "starttls"\nsince = 2026-11-01').imap["support"]
    assert (box.port, box.since) == (143, date(2026, 11, 1))
    box = config(MAILBOX + 'password = "x"\nsince = "all"').imap["support"]
    assert (box.port, box.since) == (993, None)
    box = config(MAILBOX + 'auth = "oauth2"\ntoken_command = "token"').imap["support"]
    assert (box.auth, box.password) == ("oauth2", None)


@pytest.mark.parametrize(
    "pattern",
    ["s-{mark}@example.com", "{mark}@reply.example.com", "s@{mark}.example.com", "s@e.org"],
)
def test_reply_patterns(folder: Path, pattern: str) -> None:
    assert config(f'{MINIMAL}reply = "{pattern}"').desk.reply == pattern


def test_addresses_and_languages_take_their_usual_form(folder: Path) -> None:
    desk = config('[desk]\naddress = "Support@XN--Bcher-KVA.example"\nlanguage = "PT-br"').desk
    assert (desk.address, desk.language) == ("support@bücher.example", "pt-BR")


def test_a_config_cannot_be_changed(folder: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        config(MINIMAL).desk.name = "other"


# The search.


def test_the_search_goes_option_variable_folder(folder: Path) -> None:
    for name in ("config", "named", "variable"):
        (folder / f"{name}.toml").write_text(f'{MINIMAL}name = "{name}"')
    env = {"POSTDESK_CONFIG": "variable.toml"}
    assert load(Path("named.toml"), env).desk.name == "named"
    assert load(None, env).desk.name == "variable"
    assert load(None, {"POSTDESK_CONFIG": ""}).desk.name == "config"


def test_no_config_says_where_it_was_searched_and_how_to_make_one(folder: Path) -> None:
    env = {"POSTDESK_DESK__ADDRESS": "support@example.com"}
    with pytest.raises(BadConfig) as caught:
        find(env, (Path("config.toml"), Path("etc/config.toml")))
    assert str(caught.value) == (
        "no config file; looked for --config, $POSTDESK_CONFIG, config.toml, etc/config.toml; "
        '"postdesk init DIR" makes one'
    )
    (folder / "etc").mkdir()
    (folder / "etc/config.toml").write_text(MINIMAL)
    assert find(env, (Path("config.toml"), Path("etc/config.toml"))) == Path("etc/config.toml")


def test_a_named_config_that_is_not_there_is_not_replaced_by_another(folder: Path) -> None:
    (folder / "config.toml").write_text(MINIMAL)
    with pytest.raises(BadConfig, match=r"^other\.toml: cannot be read: No such file"):
        load(None, {"POSTDESK_CONFIG": "other.toml"})
    with pytest.raises(BadConfig, match="cannot be read: Is a directory"):
        load(folder, {})


def test_a_config_that_is_no_utf8(folder: Path) -> None:
    (folder / "config.toml").write_bytes(b'[desk]\nname = "M\xfcller"')
    with pytest.raises(BadConfig, match=r"^config\.toml:2:10: this byte is not UTF-8"):
        load(None, {})
