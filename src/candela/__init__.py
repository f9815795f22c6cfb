"""Candela: from research activity and outcomes to an honest answer."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
