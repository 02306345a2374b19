"""Checkpoints of nanochat-rs: configuration, weights and the evaluation forward pass.

``config`` reads ``meta.json``, ``layout`` says which blocks that means, ``weights`` reads ``model.safetensors``, and
``network`` computes logits, with ``wave_field`` for the layers that see later tokens and are passed by in generation.
"""
