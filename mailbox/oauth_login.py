"""Logging in once, by a person at a browser, for a refresh token that lasts.

By device code (RFC 8628): nothing is needed on this machine. Or by a page that the browser calls
on this machine (RFC 8252), with proof that it is we who began (RFC 7636).
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from postdesk.mailbox.oauth_issuer import Answer, Settings, TokenTrouble, ask

LOGIN_PATIENCE = 900.0  # seconds a person has at the browser
INTERVAL = 5.0  # seconds between questions, and by how much slow_down lengthens it (RFC 8628 3.5)
LONGEST_INTERVAL = 60.0
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SOCKET_PATIENCE = 5.0  # seconds for a browser to say what it wants

Say = Callable[[str], None]
Wait = Callable[[float], None]


def device_login(settings: Settings, say: Say, wait: Wait = time.sleep) -> str:
    """Ask a person to enter a code on a page, and wait for the refresh token.

    ``say`` shows a line, ``wait`` waits so many seconds. Raises TokenTrouble.
    """
    scope = {"scope": settings.scope} if settings.scope else {}
    begun = ask(settings, settings.device_url, scope)
    device = begun.text("device_code")
    code = begun.text("user_code")
    page = begun.text("verification_uri") or begun.text("verification_url")  # as Google has it
    if begun.error or not (device and code and page):
        raise _refusal(settings, settings.device_url, begun)
    say(f"Open {_printable(page)} in any browser and enter the code {_printable(code)}")
    return _poll(settings, device, begun, wait)


def _poll(settings: Settings, device: str, begun: Answer, wait: Wait) -> str:
    interval = min(begun.seconds("interval", INTERVAL), LONGEST_INTERVAL)
    left = min(begun.seconds("expires_in", LOGIN_PATIENCE), LOGIN_PATIENCE)
    fields = {"grant_type": DEVICE_GRANT, "device_code": device}
    while left > 0:
        wait(interval)
        left -= interval
        answer = ask(settings, settings.token_url, fields, hide=(device,))
        match answer.error:
            case "":
                return _refresh_token(settings, answer)
            case "authorization_pending":
                pass
            case "slow_down":
                interval = min(interval + INTERVAL, LONGEST_INTERVAL)
            case "expired_token":
                break
            case _:
                raise _refusal(settings, settings.token_url, answer)
    raise TokenTrouble(f"{settings.name}: nobody entered the code in time; please log in again")


def loopback_login(
    settings: Settings, say: Say, patience: float = LOGIN_PATIENCE, port: int = 0
) -> str:
    """Ask a person to open a page, wait for the browser to come back, return the refresh token.

    The browser must run on this machine, or reach its ``port`` by a tunnel. Raises TokenTrouble.
    """
    state = secrets.token_urlsafe(32)
    verifier = secrets.token_urlsafe(48)
    with _Desk(("127.0.0.1", port), state) as desk:
        # Microsoft knows "localhost" on any port, but not 127.0.0.1; Google knows both.
        redirect = f"http://localhost:{desk.server_port}"
        say(f"Open this page in a browser: {_page(settings, redirect, state, verifier)}")
        code = desk.wait_for_code(settings, patience)
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": verifier,
    }
    answer = ask(settings, settings.token_url, fields, hide=(code, verifier))
    if answer.error:
        raise _refusal(settings, settings.token_url, answer)
    return _refresh_token(settings, answer)


def _page(settings: Settings, redirect: str, state: str, verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    fields = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": redirect,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    if settings.scope:
        fields["scope"] = settings.scope
    if settings.user:
        fields["login_hint"] = settings.user
    if (urlsplit(settings.authorize_url).hostname or "").endswith(".google.com"):
        # Without these two Google gives a refresh token at the very first login only, or never.
        fields |= {"access_type": "offline", "prompt": "consent"}
    return f"{settings.authorize_url}?{urlencode(fields)}"


class _Desk(HTTPServer):
    """Waits on this machine for the browser to bring the code."""

    def __init__(self, address: tuple[str, int], state: str) -> None:
        super().__init__(address, _Visit)
        self.state = state
        self.code = ""
        self.refusal = ""

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no trouble of ours."""

    def wait_for_code(self, settings: Settings, patience: float) -> str:
        ends = time.monotonic() + patience
        while not self.code and not self.refusal:
            self.timeout = ends - time.monotonic()
            if self.timeout <= 0:
                raise TokenTrouble(f"{settings.name}: nobody logged in within {patience:.0f} s")
            self.handle_request()
        if self.refusal:
            raise TokenTrouble(f"{settings.name}: the login was refused: {self.refusal}")
        return self.code


class _Visit(BaseHTTPRequestHandler):
    """One request of a browser; others than ours may knock at the port, too."""

    server: _Desk
    timeout = SOCKET_PATIENCE

    def do_GET(self) -> None:
        fields = parse_qs(urlsplit(self.path).query, max_num_fields=30)
        state = fields.get("state", [""])[0]
        if not secrets.compare_digest(state.encode(), self.server.state.encode()):
            self._say(404, "This is not the page you are looking for.")
            return
        self.server.code = fields.get("code", [""])[0]
        if self.server.code:
            self._say(200, "You are logged in. You can close this page.")
            return
        self.server.refusal = _printable(fields.get("error", ["it brought no code"])[0])
        self._say(200, "The login was refused. You can close this page.")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the path holds the code."""

    def _say(self, status: int, words: str) -> None:
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _refresh_token(settings: Settings, answer: Answer) -> str:
    token = answer.text("refresh_token")
    if not token:
        raise TokenTrouble(
            f"{settings.name}: the login gave no refresh token; "
            "Microsoft wants offline_access in scope"
        )
    return token


def _refusal(settings: Settings, url: str, answer: Answer) -> TokenTrouble:
    host = urlsplit(url).hostname
    return TokenTrouble(f"{settings.name}: {host} refuses the login: {answer.words or 'no code'}")


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:300]
