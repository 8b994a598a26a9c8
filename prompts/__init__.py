"""Prompts for models: one Markdown file for each task of the engine."""
