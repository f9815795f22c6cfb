"""What does the eye need to see of a study of patients?

Drawn as every chart of the house is: from the rows of a table whose small numbers are
hidden, in shapes and words and never in colour alone.
"""

from __future__ import annotations

from candela.publish.study.charts.calibration import calibration_chart
from candela.publish.study.charts.curves import curves_chart
from candela.publish.study.charts.flow import flow_chart
from candela.publish.study.charts.forest import forest_chart
from candela.publish.study.charts.shape import shape_chart
from candela.publish.study.charts.tried import tried_chart

__all__ = [
    "calibration_chart",
    "curves_chart",
    "flow_chart",
    "forest_chart",
    "shape_chart",
    "tried_chart",
]
