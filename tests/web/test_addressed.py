"""Does an e-mail lead to where the service answers?"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from candela.web import addressed


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget afterwards where the service listened."""
    monkeypatch.setattr(addressed, "_listening", [addressed.UNKNOWN])


def configured(settings: Any, origin: str) -> None:
    """Configure this address."""
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, origin=origin)


def test_the_service_on_one_machine_writes_the_port_it_listens_on(
    settings: Any,
) -> None:
    configured(settings, "")
    addressed.listens_at("http://localhost:8123")
    assert addressed.origin() == "http://localhost:8123"
    assert addressed.is_for_this_machine_only()


def test_the_address_that_is_configured_comes_first(settings: Any) -> None:
    configured(settings, "https://candela.example.nhs.uk")
    addressed.listens_at("http://localhost:8123")
    assert addressed.origin() == "https://candela.example.nhs.uk"
    assert not addressed.is_for_this_machine_only()
