"""Rewards for Rust in a loop of reinforcement learning, without a trainer: run it with `python examples/rl_reward.py`.

In place of the fixed completions a trainer has those that it just sampled. TRL's GRPOTrainer takes the object as it is:

    trainer = GRPOTrainer(model=…, reward_funcs=[reward], args=…, train_dataset=…)

with the beginnings of functions in the dataset's column `prompt`. For chats, `RewardFunction("stage", code="fenced")`.
The second group is rewarded by the hidden tests of a suite: `task_id` says which prompt of it was answered.
"""

from ferrobench import RewardFunction

PROMPT = "fn factorial(n: u64) -> u64 {"
COMPLETIONS = [
    "\n    (1..=n).product()\n}\n",
    "\n    (1..=n).sum::<u8>()\n}\n",
    "\n    if n == 0 { 1 } else {",
    "\n    // I do not know.",
    "\n    #![cfg(any())] cheat()\n}\n",
]


TASK = "seed/factorial"
ANSWERS = [
    "\n    (1..=n).product()\n}\n",
    "\n    (1..n).product()\n}\n",
    "\n    std::process::exit(0)\n}\n",
]


def main() -> None:
    """Reward a group of completions of one prompt by how far rustc gets, and another by hidden tests."""
    with RewardFunction("stage") as reward:
        show(COMPLETIONS, reward(prompts=[PROMPT] * len(COMPLETIONS), completions=COMPLETIONS))
    with RewardFunction("tests", suite="seed") as reward:
        rewards = reward(prompts=[PROMPT] * len(ANSWERS), completions=ANSWERS, task_id=[TASK] * len(ANSWERS))
        show(ANSWERS, rewards)


def show(completions: list[str], rewards: list[float | None]) -> None:
    """Compare each reward with the mean of its group."""
    judged = [earned for earned in rewards if earned is not None]
    mean = sum(judged) / len(judged) if judged else 0.0
    print("reward  advantage  completion")
    for earned, completion in zip(rewards, completions, strict=True):
        if earned is None:
            print(f"unjudged           {completion!r}")
        else:
            print(f"{earned:.2f}    {earned - mean:+.2f}      {completion!r}")


if __name__ == "__main__":
    main()
