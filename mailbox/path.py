"""By which way a mail came to us: the network or host that our own boundary saw."""

import ipaddress
import re

from postdesk.mailbox.mail import Mail

# RFC 5321 4.4: from HELO (host.name [192.0.2.1]) by ...; the part in parentheses is what the
# receiving server saw, the HELO before it is what the sender claimed.
_SEEN = re.compile(
    r"""
    \s* from \s+ \S{1,255} \s+ \(
    (?: ([^\s()\[\]]{1,255}) \s+ )?             # the name that the server found for the address
    \[? (?:IPv6:)? ([0-9a-f.:]{2,45}) [\])]     # the address; Exchange writes no brackets
    ( \s* \( [^()]{0,40} forged [^()]{0,40} \) )?  # Sendmail: the name does not lead back to it
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What our own machines write when they hand a mail on inside: by a program, or into the mailbox.
_INSIDE = re.compile(r"\s*by\s|[^(]{0,500}\swith\s+LMTPS?A?\b", re.IGNORECASE)
_MOST_HOPS = 10


def path_of(peer: str, mail: Mail) -> str:
    """``net:192.0.2.0/24`` or ``host:mail.example.net``; "" when it cannot be told.

    ``peer`` is who spoke to our receiver: the address, and words behind it. Where that is this
    machine or our own network, the mail server in front of us saw the sender: its Received line is
    the topmost that names a public address. Nothing below that line is believed, nor below one
    that cannot be read, because the sender may have written it.
    """
    peer = peer.partition(" ")[0]
    if _public(peer):
        return _net(peer)
    received = [value for name, value in mail.headers if name == "received"][:_MOST_HOPS]
    for line in received:
        seen = _SEEN.match(line)
        if seen and _public(seen[2]):
            return (not seen[3] and _host(seen[1])) or _net(seen[2])
        if not (seen and _address(seen[2])) and not _INSIDE.match(line):
            return ""
    return _net(peer)


def _host(name: str | None) -> str:
    """The domain of a verified host name: what stays when a provider has many machines."""
    labels = (name or "").lower().rstrip(".").split(".")
    if len(labels) < 2 or not all(labels) or labels[-1].isdigit() or name == "unknown":
        return ""
    return "host:" + ".".join(labels[1:] if len(labels) > 2 else labels)


def _public(text: str) -> bool:
    address = _address(text)
    return address is not None and address.is_global


def _net(text: str) -> str:
    address = _address(text)
    if address is None:
        return ""
    bits = 24 if address.version == 4 else 48
    return f"net:{ipaddress.ip_network((address, bits), strict=False)}"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
