"""Suites in the formats of others: a file is recognised by its fields, never by its name.

One module per format turns rows into prompts; what is broken in the data stays broken, and what is left out is said in
the module. ``docs/formats.md`` lists the fields.
"""

from ferrobench.prompts.formats.hub import HUB_PREFIX, load_hub
from ferrobench.prompts.formats.recognise import load_file

__all__ = ["HUB_PREFIX", "load_file", "load_hub"]
