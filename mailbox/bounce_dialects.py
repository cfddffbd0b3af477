"""Bounces that keep to no standard: some twenty dialects that flufl.bounce knows."""

import logging
from email import message_from_bytes

from postdesk.mailbox.address import normalise
from postdesk.mailbox.split import Tree

log = logging.getLogger(__name__)
# It logs each of its detectors, and a traceback where one of them fails.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

BODY_BYTES = 65_536
LINES = 400  # it goes through all of them a hundred times
LINE_BYTES = 400  # its patterns look at each place of a line for each place of the line
HEADERS = 60
VALUE_BYTES = 1000
PARTS = 30  # the standard library's parser tries each open boundary on each line


def dialect(tree: Tree) -> dict[str, bool]:
    """The addresses that failed, and whether for good; empty when no dialect fits.

    The library raises on one real mail in seventeen, and is shown a mail short enough for its
    patterns; what it gives is checked, for it also gives what is no address.
    """
    if tree.count > PARTS:
        return {}
    # Few mails are bounces without a report, so it is not loaded for the others.
    from flufl.bounce import all_failures

    try:
        delayed, failed = all_failures(message_from_bytes(_lean(tree)))
        found = {_text(addr): False for addr in delayed} | {_text(addr): True for addr in failed}
    except Exception as error:
        log.info("a bounce in no dialect: %s", type(error).__name__)
        return {}
    return {addr: found[addr] for addr in sorted(found) if addr}


def _text(addr: bytes | str) -> str:
    return normalise(addr.decode("latin-1") if isinstance(addr, bytes) else addr)


def _lean(tree: Tree) -> bytes:
    headers = [
        name.encode("ascii") + b":" + value[:VALUE_BYTES].rstrip()
        for name, value in tree.root.headers.headers[:HEADERS]
    ]
    body = tree.raw[tree.root.start : tree.root.start + BODY_BYTES]
    lines = [line[:LINE_BYTES].rstrip(b"\r") for line in body.split(b"\n", LINES)[:LINES]]
    return b"\n".join([*headers, b"", *lines])
