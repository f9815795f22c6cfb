"""A sign-in service of an organisation, made up, on this machine.

It answers as OpenID Connect says, unless a test spoils one thing about it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "candela", "a secret that both know"
KEY = "key-1"


@dataclass
class SignInService:
    """What the service says; ``claims`` and the rest may be spoilt."""

    private: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    issuer: str = ""
    method: str = "RS256"
    signing: Any = None
    claims: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    gives_token: bool = True
    told_issuer: str = ""
    token_address: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    challenge: str = ""

    def configuration(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return {
            "issuer": self.told_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": self.token_address or f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }

    def keys(self) -> dict[str, Any]:
        """Return the key that its tokens can be checked with."""
        public = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return {"keys": [{**public, "kid": KEY, "use": "sig", "alg": "RS256"}]}

    def token(self) -> dict[str, Any]:
        """Return the answer to a code."""
        answer: dict[str, Any] = {"access_token": "at", "token_type": "Bearer"}
        if self.gives_token:
            answer["id_token"] = self.id_token()
        return answer

    def id_token(self) -> str:
        """Return a token that says who somebody is."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": now,
            "exp": now + 300,
            "email_verified": True,
        }
        said = {**good, **self.claims}
        for name in self.left_out:
            said.pop(name, None)
        key = None if self.method == "none" else self.signing or self.private
        return jwt.encode(said, key, algorithm=self.method, headers={"kid": KEY})


class _Handler(BaseHTTPRequestHandler):
    service: SignInService

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        answers = {
            "/.well-known/openid-configuration": self.service.configuration,
            "/keys": self.service.keys,
        }
        self._send(answers[path]() if path in answers else {"sub": "somebody else"})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(length).decode())
        self.service.asked.append({name: v[0] for name, v in form.items()})
        verifier = form.get("code_verifier", [""])[0]
        hashed = hashlib.sha256(verifier.encode()).digest()
        proof = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        if proof != self.service.challenge:
            self._send({"error": "invalid_grant"}, status=400)
        else:
            self._send(self.service.token())

    def _send(self, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running(service: SignInService) -> Iterator[SignInService]:
    """Let the service answer on this machine until the end of the block."""
    handler = type("Handler", (_Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    service.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
