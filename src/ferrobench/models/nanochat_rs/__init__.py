"""Checkpoints of nanochat-rs: configuration, weights and the evaluation forward pass.

``config`` reads ``meta.json``, ``weights`` reads ``model.safetensors``, ``network`` computes logits from both.
Everything of the format is here but the wave field, which is refused by name.
"""
