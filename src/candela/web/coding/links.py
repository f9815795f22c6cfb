"""Does the address of a piece of evidence still open?

Asked once a week, and only where ``CANDELA_LOOKUPS`` is on; else it is "not checked".
Members type these addresses, and our server would open them: so only public addresses
of the internet are asked, at the very address that was looked up, and nobody follows
where the answer leads to.  Only a clear "it is not here" counts as a link that does not
open: a network that is down tells nothing about a page.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

__all__ = ["opens", "public_address"]

TIMEOUT_SECONDS = 5.0
GONE = (404, 410)
OPENS = (405, 501)  # the page is there, and answers other questions than ours
PORTS = {"https": 443, "http": 80}


def opens(url: str) -> bool | None:
    """Say whether a page is there; nothing, where that could not be found out."""
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None
    host = parts.hostname or ""
    if not host or port not in PORTS.values():
        return None
    address = public_address(host, port)
    if address is None:
        return None
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        status = _status(parts.scheme, host, address, port, path)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    if status in GONE:
        return False
    return True if status < 400 or status in OPENS else None


def public_address(host: str, port: int) -> str | None:
    """Return an address of a host that anybody on the internet could ask."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(_is_public, addresses)):
        return None
    return addresses[0]


def _is_public(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return known.is_global and not known.is_multicast


def _status(scheme: str, host: str, address: str, port: int, path: str) -> int:
    """Ask for the head of a page alone, and return what was answered."""
    with socket.create_connection((address, port), timeout=TIMEOUT_SECONDS) as plain:
        if scheme == "http":
            return _asked(plain, host, path)
        context = ssl.create_default_context()
        with context.wrap_socket(plain, server_hostname=host) as sealed:
            return _asked(sealed, host, path)


def _asked(connected: socket.socket, host: str, path: str) -> int:
    connection = http.client.HTTPConnection(host, timeout=TIMEOUT_SECONDS)
    connection.sock = connected
    connection.request("HEAD", path, headers={"User-Agent": "Candela"})
    return connection.getresponse().status
