"""Causal language models in the Hugging Face format, from a folder or the hub, run by transformers.

``load`` opens, ``text`` stands between prompts and token ids, ``batches`` draws, ``model`` is the backend.
"""
