"""What does this method compute?  Numbers in, frozen results out.

Import from the modules: ``from candela.stats.count_models import fit_poisson``.  Only
``Estimate`` is here, since every room hands it on; the rest would make each start of
the command pay for methods it does not use.
"""

from __future__ import annotations

from candela.stats.estimate import Estimate, Scale

__all__ = ["Estimate", "Scale"]
