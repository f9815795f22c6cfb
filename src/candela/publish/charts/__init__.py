"""What does the eye need to see?

Each chart is built from the rows of a published table and nothing else, so that
picture, table and download cannot disagree.  Shape and words carry the meaning, never
colour alone; a ratio is on a logarithmic axis with 1 marked.
"""

from __future__ import annotations

from candela.publish.charts.chart import Chart
from candela.publish.charts.concentration import concentration_chart
from candela.publish.charts.dose import dose_chart
from candela.publish.charts.dots import dot_chart
from candela.publish.charts.funnel import VERDICTS, funnel_chart

__all__ = [
    "VERDICTS",
    "Chart",
    "concentration_chart",
    "dose_chart",
    "dot_chart",
    "funnel_chart",
]
