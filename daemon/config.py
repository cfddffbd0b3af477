"""The config: found, read, laid over by the environment, checked, and never half good."""

import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import PrivateAttr, ValidationError

from postdesk.daemon.config_model import (
    Surroundings,
    Tables,
    gather_secrets,
    pair_up,
)
from postdesk.daemon.config_values import MARK
from postdesk.daemon.config_words import path_of, told, variable_of, without_secrets
from postdesk.daemon.secrets import FORMS, NAMES, Secret
from postdesk.rules.toml import Document, Mistake, decode, read_toml
from postdesk.rules.toml_places import Path

PREFIX = "POSTDESK_"
VARIABLE = "POSTDESK_CONFIG"
PLACES = (FilePath("config.toml"), FilePath("/etc/postdesk/config.toml"))
_LARGEST = 1_048_576  # bytes: no config is longer


class BadConfig(Exception):
    """The config cannot be used; ``mistakes`` says all that is wrong, ``str()`` in lines."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class Config(Tables):
    """A config that was checked as a whole."""

    path: FilePath  # the file it was read from
    warnings: tuple[str, ...]
    _document: Document = PrivateAttr()
    _variables: Mapping[Path, str] = PrivateAttr()

    @property
    def base(self) -> FilePath:
        """The folder relative paths start from."""
        return self.path.parent

    def mistake(self, key: Path, what: str) -> Mistake:
        """What was found out about a key later on, with its place where the config has one."""
        if named := variable_of(key, self._document, self._variables):
            return Mistake(f"environment {named[0]}", 0, 0, what)
        if self._document.holds(key):
            return without_secrets(self._document.value_mistake(key, what))
        return Mistake("", 0, 0, what)

    def secrets(self) -> Iterator[Secret]:
        """Every secret that is configured."""
        for table in (self.database, self.relay, *self.imap.values()):
            for name in table.secret_keys:
                if secret := getattr(table, name):
                    yield secret


@dataclass(frozen=True, slots=True)
class _Override:
    """A key that the environment sets: as TOML where it is TOML, else as it stands."""

    name: str
    text: str
    value: object


def load(path: FilePath | None, env: Mapping[str, str]) -> Config:
    """Read the one config file: ``path``, else where the search finds it.

    Raises BadConfig with every mistake of the file and of the environment.
    """
    path = path or find(env)
    document = _read(path)
    base = FilePath(os.path.abspath(path)).parent
    around = Surroundings(base, env)
    overrides = _overrides(document.value, env)
    tables = _checked(document, overrides, around)
    config = Config.model_construct(**dict(tables), path=base / path.name, warnings=())
    config._document = document
    config._variables = {key: override.name for key, override in overrides.items()}
    return config.model_copy(update={"warnings": tuple(_warnings(config, path, overrides))})


def find(env: Mapping[str, str], places: tuple[FilePath, ...] = PLACES) -> FilePath:
    """Where the config is, by $POSTDESK_CONFIG or the usual places. Raises BadConfig."""
    if named := env.get(VARIABLE):
        return FilePath(named)
    for place in places:
        if place.exists():
            return place
    searched = ", ".join(["--config", f"${VARIABLE}", *map(str, places)])
    what = f'no config file; looked for {searched}; "postdesk init DIR" makes one'
    raise BadConfig((Mistake("", 0, 0, what),))


def _read(path: FilePath) -> Document:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a file name"
        raise BadConfig((Mistake(str(path), 0, 0, f"cannot be read: {why}"),)) from None
    if len(raw) > _LARGEST:
        raise BadConfig((Mistake(str(path), 0, 0, "is too long to be a config"),))
    text = decode(str(path), raw)
    read = text if isinstance(text, Mistake) else read_toml(str(path), text)
    if isinstance(read, Mistake):
        raise BadConfig((without_secrets(read),))
    return read


def _checked(document: Document, overrides: dict[Path, _Override], around: Surroundings) -> Tables:
    """The tables with the overrides; one that fails as TOML gets a second chance as a text."""
    values = {path: override.value for path, override in overrides.items()}
    names = {path: override.name for path, override in overrides.items()}
    try:
        return _validated(document.value, values, around)
    except ValidationError as error:
        failed = {path_of(complaint) for complaint in error.errors()}
    values |= {path: overrides[path].text for path in failed & overrides.keys()}
    try:
        return _validated(document.value, values, around)
    except ValidationError as error:
        raise BadConfig(tuple(told(error.errors(), document, names))) from None


def _validated(
    written: dict[str, Any], overrides: Mapping[Path, object], around: Surroundings
) -> Tables:
    tables = deepcopy(written)
    for path in overrides:
        _forget_other_forms(tables, path)
    for path, value in overrides.items():
        _table_at(tables, path)[str(path[-1])] = value
    gather_secrets(tables, around)
    pair_up(tables)
    return Tables.model_validate(tables, context=around)


def _table_at(tables: dict[str, Any], path: Path) -> dict[str, Any]:
    for name in path[:-1]:
        if not isinstance(tables.get(str(name)), dict):
            tables[str(name)] = {}
        tables = tables[str(name)]
    return tables


def _forget_other_forms(tables: dict[str, Any], path: Path) -> None:
    """``x`` from the environment takes the place of ``x_file`` from the file."""
    key = str(path[-1])
    for name in NAMES:
        if key in {name + form for form in FORMS}:
            for form in FORMS:
                _table_at(tables, path).pop(name + form, None)


def _overrides(written: dict[str, Any], env: Mapping[str, str]) -> dict[Path, _Override]:
    overrides: dict[Path, _Override] = {}
    for name in sorted(env):
        words = name.removeprefix(PREFIX).split("__")
        if name.startswith(PREFIX) and len(words) > 1:
            path = _as_written(words, written)
            overrides[path] = _Override(name, env[name], _toml_value(env[name]))
    return overrides


def _as_written(words: list[str], written: object) -> Path:
    """``SHOP_EU`` is ``shop-eu`` where the file says so, else ``shop_eu``."""
    path: Path = ()
    for word in words:
        known = written if isinstance(written, dict) else {}
        plain = word.lower()
        name = next((key for key in known if key.lower().replace("-", "_") == plain), plain)
        path = (*path, name)
        written = known.get(name)
    return path


def _toml_value(text: str) -> object:
    try:
        read = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return read["value"] if len(read) == 1 else text


def _warnings(config: Config, path: FilePath, overrides: Mapping[Path, _Override]) -> Iterator[str]:
    if MARK not in config.desk.reply and config.desk.reply != config.desk.address:
        what = (
            f"desk.reply: answers come to {config.desk.reply}, which is not the desk's address;"
            " mail to both must reach postdesk"
        )
        yield str(config.mistake(("desk", "reply"), what))
    keys = [".".join(map(str, path)) for path in overrides]
    literal = [s.key for s in config.secrets() if not s.form and s.key not in keys]
    urls = {"database.url": config.database.url, "relay.url": config.relay.url}
    literal += [key for key, url in urls.items() if url.holds_password and key not in keys]
    if literal and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield (
            f"{path} holds a secret ({', '.join(literal)}) and can be read by others:"
            f" chmod 600 {path}, or use password_file"
        )
