"""Trains the reader that `bot/reader` ships. Has its own dependencies; nothing of it is imported by the product."""
