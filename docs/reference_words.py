"""Which words of the reference pages are in no docstring and no table's columns?"""

from __future__ import annotations

__all__ = [
    "EXIT_CODES_OF_THE_SHELL",
    "ONE_ROW_OF",
    "PROTOCOL_KEYS",
    "WHEN_RAISED",
]

ONE_ROW_OF = {
    "participation": "one measure of one organisation in one year, by one size or none",
    "published_outcome": "one organisation in one published period, as read",
    "funnel": "one organisation in one period against the limits of one method",
    "association": "one analysis of the protocol; only where it could be run",
    "association_panel": "one organisation in one outcome period of the primary "
    "analysis; then a column for each thing adjusted for",
    "leave_one_out": "the primary ratio without one organisation",
    "not_done": "one analysis that was planned and could not be done",
    "funnel_summary": "one period and one method",
    "concentration": "one measure in one year",
    "indicator": "one indicator",
    "position": "one organisation on one indicator in one period",
    "position_summary": "one indicator in one period",
    "change": "one organisation on one indicator",
    "feature": "one size of one organisation, in the last period",
    "peers": "one organisation in one place of those most like another, by one size "
    "or by all",
    "organisations": "one organisation",
    "succession": "what the policy did with one organisation",
    "sources": "one file of the folder",
    "ratings": "one inspection rating; only where a file gives ratings",
    "name_matches": "one published name; only where a file gives names without codes",
    "dose_response": "one point of the curve",
    "trusts_by_third": "one organisation in the last outcome period",
    "thirds": "one third of research activity in the last outcome period",
    "funnel_shown": "one organisation in the period and by the method drawn",
    "concentration_shown": "one year of the measure drawn",
}

WHEN_RAISED = {
    "InputError": "A file does not hold what its layout promises, two files "
    "contradict each other, a protocol, policy or setting cannot be read, a port is "
    "taken, a book cannot be written to its place, or a backup is not whole.",
    "TooFewData": "There are no published outcomes, or too few organisations have "
    "both an outcome and a dose.",
    "NotConverged": "A model's search for its best fit did not end. In a book, a "
    "secondary analysis that did not settle is listed in `not_done.csv` instead.",
    "NotAllowed": "A page was asked to do what this person may not do. No command "
    "raises it.",
    "BookChanged": "`candela verify` or `candela serve` found a file that was "
    "changed, removed or added since the book was written.",
    "LogChanged": "`candela audit verify` or `candela restore` found a line of the "
    "audit log that is not as it was written, or missing.",
}

EXIT_CODES_OF_THE_SHELL = (
    (0, "Done"),
    (1, "Something unforeseen; a traceback is printed"),
    (2, "The command was not understood"),
    (130, "Stopped with Ctrl-C"),
)

PROTOCOL_KEYS = (
    ("`name`", "text", "short name, printed with every result"),
    ("`title`", "text", "the question, in words"),
    ("`mirrors`", "text", "the published study whose design it follows; or none"),
    ("`doi`", "text", "of that study"),
    ("`comparison`", "text", "what published studies of the design found; or none"),
    ("`departures`", "list of text", "what differs from that study; printed"),
    (
        "`policy`",
        "text",
        "how organisations are followed over mergers; `--policy` overrides it",
    ),
    ("`level`", "number", "coverage of intervals, such as 0.95"),
    (
        "`fewest_organisations`",
        "number",
        "with fewer organisations no association is computed",
    ),
    (
        "`least_coverage`",
        "number, 0 to 1",
        "share of organisations with an outcome that must have a dose",
    ),
    ("`outcome.indicator`", "text", "the published indicator, such as SHMI"),
    (
        "`outcome.smallest_ratio_that_matters`",
        "number below 1",
        "the verdict hangs on it; its inverse counts above 1",
    ),
    (
        "`exposure.measure`",
        "text",
        "a research measure; the first exposure that the files can answer is primary",
    ),
    (
        "`exposure.denominators`",
        "list of text",
        "sizes it may be divided by, in order of preference",
    ),
    (
        "`exposure.lag_years`",
        "whole number, 1 or more",
        "years between dose and deaths; 1 if left out",
    ),
    (
        "`exposure.window_years`",
        "whole number",
        "years averaged, the last of them at the lag; 1 if left out",
    ),
    ("`adjust_for.name`", "text", "name of a covariate"),
    ("`adjust_for.measure`", "text", "its upper part"),
    (
        "`adjust_for.denominator`",
        "text",
        "its lower part; the logarithm of the quotient is adjusted for",
    ),
    (
        "`sensitivity.lags_years`",
        "list of whole numbers",
        "other lags, each a secondary analysis",
    ),
    ("`sensitivity.policies`", "list of text", "other policies"),
    ("`sensitivity.measures`", "list of text", "other research measures"),
    ("`sensitivity.spline_knots`", "3, 4 or 5", "knots of the curve"),
    (
        "`sensitivity.negative_control.lag_years`",
        "whole number below 0",
        "a dose after the deaths; given the one before, it should go with nothing",
    ),
    (
        "`sensitivity.negative_control.reason`",
        "text",
        "why that is wanted; printed with its result",
    ),
)
