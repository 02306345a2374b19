"""Rewards for Rust in a loop of reinforcement learning, without a trainer: run it with `python examples/rl_reward.py`.

In place of the fixed completions a trainer has those that it just sampled. TRL's GRPOTrainer takes the object as it is:

    trainer = GRPOTrainer(model=…, reward_funcs=[reward], args=…, train_dataset=…)

with the beginnings of functions in the dataset's column `prompt`. For chats, `RewardFunction("stage", code="fenced")`.
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


def main() -> None:
    """Reward a group of completions of one prompt, and compare each with the group's mean."""
    with RewardFunction("stage") as reward:
        rewards = reward(prompts=[PROMPT] * len(COMPLETIONS), completions=COMPLETIONS)
    judged = [earned for earned in rewards if earned is not None]
    mean = sum(judged) / len(judged) if judged else 0.0
    print("reward  advantage  completion")
    for earned, completion in zip(rewards, COMPLETIONS, strict=True):
        if earned is None:
            print(f"unjudged           {completion!r}")
        else:
            print(f"{earned:.2f}    {earned - mean:+.2f}      {completion!r}")


if __name__ == "__main__":
    main()
