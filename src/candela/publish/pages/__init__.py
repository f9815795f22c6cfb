"""What does a reader of a book see?  Pages as values, with finished sentences.

Pure functions from ``BookContents`` and the choices in an address to frozen pages.  The
web only lays them out.  Nothing is computed here beyond choosing, ordering, rounding by
rule and wording.
"""

from __future__ import annotations
