"""The parts of extraction, each for one thing that stands between a model's answer and its program.

:mod:`ferrobench.judging.extract` puts them together and is the only one to be called from outside.
"""
