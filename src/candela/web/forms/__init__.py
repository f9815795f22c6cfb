"""How does a field of Django become a component of the NHS design system?

Any form will do, those of allauth too.  The widget says which component shows a field.
``problems`` says what is wrong, where, and what to do, in the summary and at the field.
"""

from candela.web.forms.components import Component, component
from candela.web.forms.nhs_numbers import WithoutNhsNumbers
from candela.web.forms.problems import Problem, problems
from candela.web.forms.widgets import CheckboxList, CodeInput, RadioList

__all__ = [
    "CheckboxList",
    "CodeInput",
    "Component",
    "Problem",
    "RadioList",
    "WithoutNhsNumbers",
    "component",
    "problems",
]
