"""`postdesk init`: a new desk in a folder, from the files that the package ships."""

import os
import shlex
import shutil
from argparse import Namespace
from pathlib import Path

from postdesk.daemon.cli_words import DATA, OK, USAGE, Refusal, complain
from postdesk.daemon.config import load
from postdesk.daemon.rule_files import SHIPPED
from postdesk.mailbox.address import normalise
from postdesk.mailbox.keys import open_ring

_HERE = Path(__file__).resolve().parent
# The wheel has it beside this file, a checkout at its top.
CONFIG = next(f / "config.toml" for f in (_HERE, _HERE.parent) if (f / "config.toml").exists())
SCHEMA = "schema.json"  # the shipped files name it, so that editors find it
ADDRESS = 'address = "support@example.com"'
NAME = '# name = "Support"'


def init(args: Namespace) -> int:
    """Make the desk, and say what comes next."""
    begin(args.folder, args.address, args.name)
    if args.address is None:
        complain(f"no --address was given: write yours into {args.folder / 'config.toml'}")
    print(_next_steps(args.folder))
    return OK


def begin(folder: Path, address: str | None, name: str | None) -> None:
    """Write config.toml, rules/, templates/ and the key; what is there already is never touched.

    Raises Refusal when there is a desk or an address will not do, and OSError.
    """
    text = _config(address, name)
    if taken := [part for part in ("config.toml", "rules", "var/key") if (folder / part).exists()]:
        raise Refusal(DATA, f"{folder} has {', '.join(taken)} already; nothing was changed")
    (folder / "rules").mkdir(parents=True)
    for file in (*sorted(SHIPPED.glob("[0-9]*.toml")), SHIPPED / SCHEMA):
        shutil.copyfile(file, folder / "rules" / file.name)
    (folder / "templates" / "letters").mkdir(parents=True, exist_ok=True)
    (folder / "var").mkdir(mode=0o700, exist_ok=True)
    open_ring(folder / "var" / "key")
    with (folder / "config.toml").open("x", encoding="utf-8") as file_of_config:
        file_of_config.write(text)
    load(folder / "config.toml", {})  # what we write must be right


def _config(address: str | None, name: str | None) -> str:
    text = CONFIG.read_text(encoding="utf-8")
    if address is not None:
        usable = normalise(address)
        if not usable:
            raise Refusal(USAGE, f'--address: "{address}" is no mail address')
        text = text.replace(ADDRESS, f'address = "{usable}"')
    if name is not None:
        text = text.replace(NAME, f"name = {_quoted(name)}")
    return text


def _quoted(text: str) -> str:
    line = "".join(c for c in " ".join(text.split()) if c.isprintable())
    escaped = line.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _next_steps(folder: Path) -> str:
    config = shlex.quote(os.fspath(folder / "config.toml"))
    return f"""\
A desk is ready in {folder}.

  1. Who answers?      edit {folder / "rules" / "10-people.toml"}
  2. Is it right?      postdesk --config {config} check
  3. Start it          postdesk --config {config} run

It listens on 127.0.0.1:2525 and writes its letters into {folder / "var" / "outbox"},
a Maildir that any mail client opens. [smtp] and [relay] in {folder / "config.toml"}
connect it to your mail server. Keep {folder / "var" / "key"} in your backup: the reply
addresses of every letter are made with it."""
