"""What did this study change here?

People who were part of a study, or worked beside it, answer a questionnaire
(``questions``, ``questionnaires/*.toml``).  A coder turns answers into claims of one
change each (``claims``), filed under six domains and 28 kinds (``framework``).  Claims
are checked against evidence and other voices (``lifecycle``, ``triangulation``) and
counted once (``rollup``).

The domains and kinds are those of Cooke, Jones and Holliday, "Organisational benefits
of undertaking research in healthcare", BMC Research Notes 2023
(doi:10.1186/s13104-023-06526-5), Table 1.  The questions are our own.
"""
