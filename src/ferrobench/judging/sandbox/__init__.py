"""What keeps samples, and whatever compiles them, away from the machine.

``bubblewrap`` and ``landlock`` are the two tiers, ``seccomp`` is the filter of both, ``choose`` decides by trying.
"""

from ferrobench.judging.sandbox.choose import Attempt, Sandbox, Tier, choose_sandbox, try_tiers

__all__ = ["Attempt", "Sandbox", "Tier", "choose_sandbox", "try_tiers"]
