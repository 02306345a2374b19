"""Rust text as text: its tokens, its items, its syntax tree. Knows nothing of prompts, models or verdicts."""
