"""A small identity provider on this machine: discovery, keys, authorisation and token by the book.

What it says can be made wrong in every way that a client must notice.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, SECRET = "crossbench", "s3cret of the client"
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)


class Provider:
    """The provider, listening; `claims` are what its next token says, `faults` what goes wrong."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.faults: set[str] = set()
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, "")

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                provider.answer(self, self.rfile.read(length).decode())

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> "Provider":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def answer(self, request: BaseHTTPRequestHandler, body: str) -> None:
        """Answer one request."""
        url = urlsplit(request.path)
        self.asked.append(url.path)
        if url.path == "/.well-known/openid-configuration":
            self._json(request, self._about())
        elif url.path == "/keys":
            self._json(request, {"keys": [KEY.as_dict(private=False)]})
        elif url.path == "/authorize":
            query = {k: v[0] for k, v in parse_qs(url.query).items()}
            self._redirect(request, self.authorize(query))
        elif url.path == "/token":
            self._token(request, {k: v[0] for k, v in parse_qs(body).items()})
        else:
            self._json(request, {}, 404)

    def _about(self) -> dict[str, Any]:
        issuer = "http://other.example" if "issuer" in self.faults else self.issuer
        about = {
            "issuer": issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        if "large" in self.faults:
            about["padding"] = "x" * 70_000
        return about

    def authorize(self, query: dict[str, str]) -> str:
        """What a person who signs in here causes: the address that they are sent back to."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _token(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        basic = base64.b64decode(request.headers.get("authorization", "Basic ")[6:]).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or basic not in {f"{CLIENT_ID}:{SECRET}", f"{CLIENT_ID}:{SECRET}".replace(" ", "%20")}
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            self._json(request, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        key = OTHER_KEY if "signature" in self.faults else KEY
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        if "unsigned" in self.faults:
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
            token = f"{head}.{token.split('.')[1]}."
        self._json(request, {"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _json(self, request: BaseHTTPRequestHandler, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        request.send_response(status)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _redirect(self, request: BaseHTTPRequestHandler, address: str) -> None:
        request.send_response(302)
        request.send_header("location", address)
        request.send_header("content-length", "0")
        request.end_headers()
