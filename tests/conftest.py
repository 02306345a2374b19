"""Settings for all tests."""

from hypothesis import settings

# No deadline for one example: the machine may be busy, and a slow example is no failure.
settings.register_profile("ferrobench", deadline=None)
settings.load_profile("ferrobench")
