"""What did a study of patients find, as anybody may read it?

Nothing here takes a ``StudyResult`` but ``protecting``: everything else is made of what
that hands on, a ``ShownStudy``, whose counts cannot be traced to a person.
"""

from __future__ import annotations
