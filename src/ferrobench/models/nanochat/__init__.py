"""Checkpoints of nanochat, of every generation: configuration, weights, tokenizer and the evaluation forward pass.

``config`` reads ``meta_<N>.json``, ``weights`` reads ``model_<N>.pt``, ``generations`` tells from the two which version of
nanochat made them and which constants of its code they need, ``tokenizer`` reads ``tokenizer.pkl``, ``network`` computes
logits. Nothing in these files is ever executed.
"""
