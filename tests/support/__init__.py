"""What several tests need: small random checkpoints, and where things lie."""
