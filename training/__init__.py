"""How the bundled demo checkpoints were made: corpus, tokenizer, model and trainer. Not part of the package."""
