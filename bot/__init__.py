"""Parallax: reads every source of a news story and answers questions about it."""

from __future__ import annotations


def version() -> str:
    """The installed version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("parallax-bot")
    except PackageNotFoundError:
        return "(not installed, run from its source)"
