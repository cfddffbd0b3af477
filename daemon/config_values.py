"""The values of the config that TOML has no type for: durations, sizes, addresses, URLs."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from postdesk.mailbox.address import normalise
from postdesk.rules.language import language_tag
from postdesk.rules.toml import did_you_mean

_DURATION = re.compile(r"(\d{1,9})\s*(ms|s|m|h|d|w)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LONGEST = timedelta(days=3660)
_SIZE = re.compile(r"(\d{1,12})\s*(|B|kB|KB|MB|GB|KiB|MiB|GiB)")
_FROM_NAME = ("agent.public_name", "agent.name", "team.public_name", "team.name", "desk.name")
_URL_PASSWORD = re.compile(r"(://[^/@:]*):[^/@]*@")
MARK = "{mark}"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a listener stands: host and port, or the path of a local socket; false when off."""

    host: str = ""
    port: int = 0
    path: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.host) or self.path is not None

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self else "off"


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that may hold a password: ``str()`` hides it, ``reveal`` does not."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """The URL as written, password included."""
        return self._text

    @property
    def scheme(self) -> str:
        """ "smtp+starttls", in lower case."""
        return self._text.partition(":")[0].lower()

    @property
    def holds_password(self) -> bool:
        """Does the password of an account stand in it?"""
        return bool(_URL_PASSWORD.search(self._text))

    def __str__(self) -> str:
        return without_password(self._text)

    def __repr__(self) -> str:
        return f"Url({str(self)!r})"


def without_password(text: str) -> str:
    """The text with the password of each URL in it blanked."""
    return _URL_PASSWORD.sub(r"\1:***@", text)


def text(value: object) -> str:
    """A TOML text. Like all below it raises ValueError with the words for the admin."""
    if not isinstance(value, str):
        raise ValueError("must be a text in quotes")
    if "\0" in value:
        raise ValueError("must not hold a NUL")
    return value


def one_line(value: object) -> str:
    """A text fit for a header or a name."""
    line = text(value).strip()
    if not line.isprintable():
        raise ValueError("must be one line without control characters")
    return line


def duration(value: object) -> timedelta:
    """``"90s"``, ``"5m"``, ``"1h30m"``, ``"30d"``; clock time."""
    if not isinstance(value, str) or not re.fullmatch(rf"({_DURATION.pattern}\s*)+", value):
        raise ValueError('must be a duration like "60s", "5m", "2h" or "30d"')
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in _DURATION.findall(value))
    if seconds > _LONGEST.total_seconds():
        raise ValueError("is longer than ten years")
    return timedelta(seconds=seconds)


def pause(value: object) -> timedelta:
    """A duration of a second or more: what is done again and again."""
    if (length := duration(value)) < timedelta(seconds=1):
        raise ValueError("must be at least one second")
    return length


def size(value: object) -> int:
    """``"35MB"`` in bytes; as mail servers count, a MB has 1024 * 1024."""
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError('must be a size like "35MB" or "500kB"')
    power = "kmg".find(match[2][:1].lower()) + 1 if match[2] not in ("", "B") else 0
    if not int(match[1]):
        raise ValueError("must be more than nothing")
    return int(match[1]) * int(1024**power)


def since(value: object) -> timedelta | date | None:
    """How far back: a duration, a date, or None for ``"all"``."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value == "all":
        return None
    if isinstance(value, str):
        for read in (date.fromisoformat, duration):
            with suppress(ValueError):
                return read(value)
    raise ValueError('must be a duration like "3d", a date like "2026-11-01", or "all"')


def listen(value: object) -> Listen:
    """``"host:port"``, ``"[::1]:port"``, or ``""`` for off."""
    where = text(value).strip()
    if not where:
        return Listen()
    host, _, port = where.rpartition(":")
    if not port.isdecimal() or not port.isascii() or int(port) > 65_535:
        raise ValueError('must be "host:port", or "" for off')
    if not host:
        raise ValueError(f'must name a host: "127.0.0.1:{port}", or "0.0.0.0:{port}" for all')
    return Listen(_host(host), int(port))


def _host(host: str) -> str:
    if host.startswith("[") and host.endswith("]"):
        try:
            return str(IPv6Address(host[1:-1]))
        except ValueError:
            raise ValueError(f"{host} is no IPv6 address") from None
    if ":" in host:
        raise ValueError("an IPv6 address stands in brackets: [::1]:2525")
    if not re.fullmatch(r"[A-Za-z0-9._-]+", host):
        raise ValueError(f'"{host}" is no host name')
    return host.lower()


def local_listen(value: object, base: Path) -> Listen:
    """As ``listen``, or ``"unix:/path"``, from ``base`` when relative."""
    where = text(value).strip()
    if not where.startswith("unix:"):
        return listen(where)
    if not where.removeprefix("unix:"):
        raise ValueError('must name a path after "unix:"')
    return Listen(path=base / where.removeprefix("unix:"))


def timezone(value: object) -> ZoneInfo:
    """A name of the IANA time zone database."""
    name = text(value)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: "Europe" is a folder of the database
        guess = did_you_mean(name, available_timezones())
        raise ValueError(f'"{name}" is no time zone{guess}') from None


def language(value: object) -> str:
    """A language tag, in its usual letter case: ``de``, ``pt-BR``, ``zh-Hant``."""
    if not isinstance(value, str) or not (tag := language_tag(value)):
        raise ValueError('must be a language tag like "en" or "de-AT"')
    return tag


def address(value: object) -> str:
    """A mail address, normalised."""
    if not (plain := normalise(text(value).strip())):
        raise ValueError('must be a mail address like "support@example.com"')
    return plain


def reply_pattern(value: object) -> str:
    """The pattern of reply addresses: a plain address, or one with ``{mark}`` in it once."""
    pattern = text(value).strip()
    if pattern.count(MARK) > 1:
        raise ValueError("must hold {mark} only once")
    if set("{}") & set(pattern.replace(MARK, "")):
        raise ValueError("knows no other placeholder than {mark}")
    local, _, domain = pattern.rpartition("@")
    if MARK in domain and not domain.startswith(MARK + "."):
        raise ValueError("may hold {mark} before the @ or as the first label behind it")
    if not normalise(pattern.replace(MARK, "m")) or not local:
        raise ValueError('must be an address like "support+{mark}@example.com"')
    return pattern.lower()


def from_name(value: object) -> str:
    """The pattern of the name on answers; only known placeholders."""
    pattern = one_line(value)
    try:
        fields = [part[1:] for part in Formatter().parse(pattern) if part[1] is not None]
    except ValueError:
        raise ValueError("has a { or } too many") from None
    unknown = [
        f'"{{{name}}}"{did_you_mean(str(name), _FROM_NAME)}'
        for name, form, conversion in fields
        if name not in _FROM_NAME or form or conversion
    ]
    if unknown:
        raise ValueError(f"knows no placeholder {'; and no '.join(unknown)}")
    return pattern


def sigils(value: object) -> str:
    """Some of ``#/!``, each once."""
    if not isinstance(value, str) or not value or set(value) - set("#/!"):
        raise ValueError('must be one or more of the characters "#/!"')
    return "".join(dict.fromkeys(value))


def url(value: object, schemes: tuple[str, ...]) -> Url:
    """A URL that begins with one of the schemes; ``"smtp://"`` wants a host behind it."""
    written = text(value).strip()
    known = next((s for s in schemes if written.lower().startswith(s)), None)
    if known is None:
        guess = did_you_mean(re.split(r"[:/]", written)[0], [s.rstrip(":/") for s in schemes])
        raise ValueError(f"must begin with {', '.join(schemes[:-1])} or {schemes[-1]}{guess}")
    if known.endswith("://"):
        _check_host(written)
    return Url(written)


def database_url(value: object, base: Path) -> Url:
    """``"sqlite:///file"``, the file from ``base`` when relative, or ``"postgresql://..."``."""
    written = text(value).strip()
    if written.startswith("postgresql:///"):
        return Url(written)  # by its local socket
    found = url(written, ("sqlite:///", "postgresql://"))
    if found.scheme != "sqlite":
        return found
    if not (file := written[len("sqlite:///") :]):
        raise ValueError("must name a file: sqlite:///var/postdesk.db")
    return Url(f"sqlite:///{base / file}")


def _check_host(written: str) -> None:
    try:
        parts = urlsplit(written)
        good = bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("must name a host, and a port from 1 to 65535 if any")
