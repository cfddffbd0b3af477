"""What config.toml may hold: every table and key, its type and its default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    model_validator,
)
from pydantic_core import PydanticCustomError

from postdesk.daemon import config_values as values
from postdesk.daemon.config_values import Listen, Url
from postdesk.daemon.secrets import FORMS, Secret

Level = Literal["claimed", "token", "confirmed", "proven"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What values are read against: the folder of the config file, and the environment."""

    base: Path
    env: Mapping[str, str]


def _from_base(read: Callable[[object, Path], object]) -> PlainValidator:
    return PlainValidator(lambda value, info: read(value, info.context.base))


def _path(value: object, base: Path) -> Path:
    written = values.text(value)
    if not written:
        raise ValueError("must name a path")
    try:
        return base / Path(written).expanduser()
    except RuntimeError:
        raise ValueError("names a user who has no home here") from None


def _path_or_none(value: object, base: Path) -> Path | None:
    if isinstance(value, _Doubt):
        raise value.as_mistake()
    return None if value == "" else _path(value, base)


def _archive_url(value: object, base: Path) -> Url | None:
    if value == "":
        return None
    url = values.url(value, ("file:", "s3://", "gs://", "az://"))
    if url.scheme != "file":
        return url
    return Url(f"file:{_path(url.reveal()[len('file:') :].replace('//', '/', 1), base)}")


def _secret(value: object) -> Secret:
    match value:
        case Secret():
            return value
        case _Doubt():
            raise value.as_mistake()
    raise ValueError("must be a text in quotes")


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A value that cannot be taken, under which key, and why."""

    key: str
    words: str

    def as_mistake(self) -> PydanticCustomError:
        """What a reader of the value raises."""
        return PydanticCustomError("doubt", "{words}", {"words": self.words, "key": self.key})


def _written(default: object) -> Any:
    """A default as an admin would write it; it goes through the same reading."""
    return Field(default=default)


# Put there before the models see the table, so that it is told beside all other mistakes.
_NO_PASSWORD = _Doubt(
    "password", "is missing; write it, or password_file, password_command or password_env"
)

Line = Annotated[str, PlainValidator(values.one_line)]
Text = Annotated[str, PlainValidator(values.text)]
MailAddress = Annotated[str, PlainValidator(values.address)]
Duration = Annotated[timedelta, PlainValidator(values.duration)]
Pause = Annotated[timedelta, PlainValidator(values.pause)]
FilePath = Annotated[Path, _from_base(_path)]
MaybePath = Annotated[Path | None, _from_base(_path_or_none)]
ListenAt = Annotated[Listen, PlainValidator(values.listen)]
HiddenText = Annotated[Secret | None, PlainValidator(_secret)]
Port = Annotated[int, Field(ge=1, le=65_535)]


class Table(BaseModel):
    """A table of the config: frozen, and strict about keys and types."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_default=True, hide_input_in_errors=True
    )
    secret_keys: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def known_keys(cls) -> tuple[str, ...]:
        """Every key that may stand in this table."""
        forms = (name + form for name in cls.secret_keys for form in FORMS[1:])
        return (*cls.model_fields, *forms)


class Desk(Table):
    """Who we are, and our manners."""

    name: Line = "Support"
    address: MailAddress
    reply: Annotated[str, PlainValidator(values.reply_pattern)] = Field(
        default_factory=lambda desk: desk.get("address", "").replace("@", "+{mark}@")
    )
    from_name: Annotated[str, PlainValidator(values.from_name)] = (
        "{agent.public_name} at {desk.name}"
    )
    first_number: Annotated[int, Field(ge=1, le=10**9)] = 1
    send_delay: Duration = _written("60s")
    receipts: Literal["hold", "commands", "all"] = "hold"
    stale: Literal["warn", "hold"] = "warn"
    sigils: Annotated[str, PlainValidator(values.sigils)] = "#/!"
    language: Annotated[str, PlainValidator(values.language)] = "en"
    timezone: Annotated[ZoneInfo, PlainValidator(values.timezone)] = _written("UTC")
    rules: FilePath = _written("rules")
    templates: FilePath = _written("templates")
    state: FilePath = _written("var")


class Database(Table):
    """Where tickets live."""

    secret_keys: ClassVar[tuple[str, ...]] = ("password",)
    url: Annotated[Url, _from_base(values.database_url)] = _written("sqlite:///var/postdesk.db")
    password: HiddenText = Field(None, validate_default=False)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for PostgreSQL."""
        url = self.url.reveal()
        return Path(url.removeprefix("sqlite:///")) if self.url.scheme == "sqlite" else None


class Smtp(Table):
    """The receiver."""

    listen: ListenAt = _written("127.0.0.1:2525")
    lmtp: Annotated[Listen, _from_base(values.local_listen)] = _written("")
    tls_cert: MaybePath = _written("")
    tls_key: MaybePath = _written("")
    bare_newline: Literal["normalize", "reject"] = "normalize"
    max_size: Annotated[int, PlainValidator(values.size)] = _written("35MB")


class Account(Table):
    """How to log in elsewhere: by password, or by an OAuth2 token."""

    secret_keys: ClassVar[tuple[str, ...]] = ("password", "client_secret")
    auth: Literal["password", "oauth2"] = "password"
    password: HiddenText = Field(None, validate_default=False)
    token_command: Text = ""  # prints an access token
    client_id: Text = ""
    client_secret: HiddenText = Field(None, validate_default=False)
    token_url: Text = ""
    scope: Text = ""
    device_url: Text = ""
    authorize_url: Text = ""

    @model_validator(mode="after")
    def _way_to_a_token(self) -> Self:
        by_client = self.client_id and self.token_url
        if self.auth == "oauth2" and not (self.token_command or by_client):
            raise ValueError('auth = "oauth2" needs token_command, or client_id and token_url')
        return self

    @model_validator(mode="after")
    def _somebody_to_log_in(self) -> Self:
        by_login = self.device_url or self.authorize_url
        if self.token_url and not (self.token_command or self.client_secret or by_login):
            raise ValueError("token_url needs client_secret, device_url or authorize_url beside it")
        return self


class Imap(Account):
    """A mailbox that is polled."""

    host: Line
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    port: Port = Field(default_factory=lambda imap: 993 if imap.get("tls") == "implicit" else 143)
    user: Line
    folder: Line = "INBOX"
    done: Line = "Processed"
    every: Pause = _written("60s")
    idle: bool = True
    since: Annotated[timedelta | date | None, PlainValidator(values.since)] = _written("3d")
    sent: Line = ""


class Relay(Account):
    """Where letters go."""

    url: Annotated[
        Url,
        PlainValidator(
            lambda value: values.url(
                value, ("maildir:", "smtp://", "smtp+starttls://", "smtps://", "sendmail:")
            )
        ),
    ] = _written("maildir:var/outbox")

    @model_validator(mode="after")
    def _user_of_the_token(self) -> Self:
        if self.auth == "oauth2" and not urlsplit(self.url.reveal()).username:
            raise ValueError('auth = "oauth2" needs a user in url: smtp+starttls://USER@HOST:587')
        return self


class Web(Table):
    """The page."""

    listen: ListenAt = _written("127.0.0.1:8025")


class Identity(Table):
    """How much proof an agent's mail needs."""

    reply: Level = "confirmed"
    command: Level = "confirmed"
    trusted_authserv_ids: Annotated[tuple[Line, ...], Strict(False)] = ()
    remember: Duration = _written("30d")


class Archive(Table):
    """Where done mails go when several nodes must read them."""

    url: Annotated[Url | None, _from_base(_archive_url)] = _written("")


class Log(Table):
    """What is said, and how."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Tables(Table):
    """The file as a whole."""

    desk: Desk
    database: Database = _written({})
    smtp: Smtp = _written({})
    imap: dict[str, Imap] = _written({})
    relay: Relay = _written({})
    web: Web = _written({})
    identity: Identity = _written({})
    archive: Archive = _written({})
    log: Log = _written({})


def pair_up(tables: dict[str, Any]) -> None:
    """A certificate without its key, or the other way, is told beside all other mistakes."""
    smtp = tables.get("smtp")
    pair = ("tls_cert", "tls_key")
    given = [key for key in pair if isinstance(smtp, dict) and smtp.get(key, "") != ""]
    if isinstance(smtp, dict) and len(given) == 1:
        missing = next(key for key in pair if key not in given)
        smtp[missing] = _Doubt(given[0], "tls_cert and tls_key are needed both, or neither")


def gather_secrets(tables: dict[str, Any], around: Surroundings) -> None:
    """Put what ``x``, ``x_file``, ``x_command`` or ``x_env`` say under ``x``, in place."""
    imap = tables.get("imap")
    accounts = imap if isinstance(imap, dict) else {}
    _gather(Database, tables.get("database"), "database", around)
    _gather(Relay, tables.get("relay"), "relay", around)
    for name, account in accounts.items():
        _gather(Imap, account, f"imap.{name}", around)
        if isinstance(account, dict) and account.get("auth") != "oauth2":
            account.setdefault("password", _NO_PASSWORD)


def _gather(model: type[Table], table: object, path: str, around: Surroundings) -> None:
    if not isinstance(table, dict):
        return
    for name in model.secret_keys:
        given = {name + form: table.pop(name + form) for form in FORMS if name + form in table}
        if given:
            table[name] = _gathered(name, given, path, around)


def _gathered(
    name: str, given: dict[str, object], path: str, around: Surroundings
) -> Secret | _Doubt:
    first, *others = given
    if others:
        return _Doubt(others[0], f"the secret is given twice: {first} says it already")
    value = given[first]
    if not isinstance(value, str):
        return _Doubt(first, "must be a text in quotes")
    form = next(form for form in FORMS if name + form == first)
    if form and not value.strip():
        return _Doubt(first, "must not be empty")
    return Secret(f"{path}.{first}", form, value, around.base, around.env)
