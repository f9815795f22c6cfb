"""How are a hundred million rows reduced to what a model needs?"""

from __future__ import annotations

from candela.engine.session import CodedRows, Engine, FileKind

__all__ = ["CodedRows", "Engine", "FileKind"]
