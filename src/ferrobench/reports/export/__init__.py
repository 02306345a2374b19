"""A run in the formats of others. Pure: a saved run in, texts out; who calls writes them.

Every text of a model is made safe for the format that it goes into, and what we failed to judge is a failure nowhere.
"""

from ferrobench.reports.export.csv_table import render_csv
from ferrobench.reports.export.evalplus import render_evalplus
from ferrobench.reports.export.inspect_log import render_inspect
from ferrobench.reports.export.junit import render_junit
from ferrobench.reports.export.markdown import render_markdown
from ferrobench.reports.export.multipl_e import render_multipl_e
from ferrobench.reports.export.outcome import passed_of

__all__ = [
    "passed_of",
    "render_csv",
    "render_evalplus",
    "render_inspect",
    "render_junit",
    "render_markdown",
    "render_multipl_e",
]
