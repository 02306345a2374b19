"""The reward room: what the judge says of answers, as figures that a trainer can learn from."""

from ferrobench.reward.answer import CodeSource, Message, Text, last_code_block
from ferrobench.reward.checked import checks_something
from ferrobench.reward.function import STAGE_REWARDS, Kind, RewardFunction
from ferrobench.reward.tasks import Suites

__all__ = [
    "STAGE_REWARDS",
    "CodeSource",
    "Kind",
    "Message",
    "RewardFunction",
    "Suites",
    "Text",
    "checks_something",
    "last_code_block",
]
