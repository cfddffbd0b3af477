"""An authorization server of the test's own (RFC 6749): it says what it was told to say."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

from postdesk.mailbox.oauth_issuer import Settings

SECRET = "client-s3cret"
AWAY = (503, b"<html>sorry</html>")
Reply = tuple[int, object]


def granted(access: str = "access-1", **more: object) -> Reply:
    """An access token, good for an hour."""
    return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 3600, **more}


def refused(error: str, words: str = "") -> Reply:
    """An error code of the RFC."""
    return 400, {"error": error, "error_description": words}


class Issuer(ThreadingHTTPServer):
    """Gives the replies it was told, in order, the last one again; notes what it was asked.

    It answers while entered.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ask)
        self.replies: list[Reply] = [granted()]
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def settings(self, **more: str) -> Settings:
        """As a config would have them for [imap.support]."""
        told: Any = {"token_url": f"{self.url}/token", "client_id": "desk", **more}
        return Settings("imap.support", client_secret=lambda: SECRET, **told)

    def forms(self) -> list[dict[str, str]]:
        """What was asked, without where."""
        return [form for _, form in self.asked]


class _Ask(BaseHTTPRequestHandler):
    server: Issuer

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        form = {key: values[0] for key, values in parse_qs(raw.decode()).items()}
        self.server.asked.append((self.path, form))
        replies = self.server.replies
        status, said = replies.pop(0) if len(replies) > 1 else replies[0]
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        if status in (302, 307):
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
