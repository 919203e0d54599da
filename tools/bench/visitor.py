"""A signed-in person, as far as a server can tell: one connection that is kept, cookies, and a stopwatch."""

import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
KEY = re.compile(r'name="form_key"[^>]*value="([^"]+)"')
PARTS = re.compile(r'<(?:link[^>]+href|script[^>]+src|img[^>]+src)="(/static/[^"]+)"')


class Unexpected(Exception):
    """A page did not answer as it must; a figure of it would mean nothing."""


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float


@dataclass
class Visitor:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, compressed: bool = True) -> Answer:
        """One request; the time is from its first byte to the answer's last."""
        headers = {"Accept-Encoding": "br" if compressed else "identity", "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._connection.connect()
        start = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            self._connection = None
            return self.ask(method, path, form, compressed)
        content = response.read()
        seconds = time.perf_counter() - start
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return Answer(response.status, content, {k.lower(): v for k, v in response.getheaders()}, seconds)

    def get(self, path: str) -> Answer:
        answer = self.ask("GET", path)
        if answer.status != 200:
            raise Unexpected(f"{path} answered {answer.status}")
        return answer

    def text(self, path: str) -> str:
        answer = self.ask("GET", path, compressed=False)
        if answer.status != 200:
            raise Unexpected(f"{path} answered {answer.status}")
        return answer.body.decode()

    def sign_in(self, username: str, password: str) -> "Visitor":
        page = self.text("/masuk")
        typed = {"csrf_token": first(TOKEN, page), "username": username, "password": password}
        if key := KEY.search(page):
            typed["form_key"] = key.group(1)
        answer = self.ask("POST", "/masuk", typed)
        if answer.status not in (302, 303):
            raise Unexpected(f"{username} could not sign in ({answer.status})")
        return self


def first(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise Unexpected(f"no {pattern.pattern} on the page")
    return found.group(1)
