"""Models behind an OpenAI-compatible endpoint.

``address`` finds it and its credentials, ``protocol`` writes requests and reads answers, ``faults`` and ``outlook`` say what
follows from failures, ``exchange`` asks, ``background`` has many asked at once, ``model`` is the backend.
"""

from ferrobench.models.endpoint.model import EndpointModel, open_endpoint
from ferrobench.models.endpoint.pauses import Pauses

__all__ = ["EndpointModel", "Pauses", "open_endpoint"]
