"""Our own decoding: what a network needs to remember, attention over it, and drawing many completions at once."""
