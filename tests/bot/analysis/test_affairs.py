"""Which articles are on one affair: what is compared with a new article, and what is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from bot.analysis.affairs import AKIN, FRIENDS, NEAREST, affairs, akin, kinship, on_affair, siblings
from index.library import Gist


def gist(degrees: float, *names: str) -> Gist:
    """An article whose vector points so far from the first axis."""
    return Gist(
        frozenset(names), np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)
    )


def test_names_that_two_articles_share_make_them_akin() -> None:
    own, other = gist(0, "vell", "corran"), gist(70, "vell", "corran")
    assert akin(own, other)
    assert not akin(own, gist(70, "vell"))
    assert not akin(gist(0), gist(70))
    assert kinship(own, other) == pytest.approx(kinship(other, own))


def test_the_nearest_article_is_on_the_affair_though_it_is_not_quite_akin() -> None:
    assert NEAREST < kinship(gist(0), gist(62)) < AKIN
    assert siblings(gist(0), {"near": gist(62), "far": gist(-64)}) == {"near"}
    assert siblings(gist(0), {"far": gist(80)}) == set()
    assert siblings(gist(0), {}) == set()


def test_an_article_follows_those_that_it_is_akin_to() -> None:
    own, akin_to_own, friend = gist(0), gist(-40), gist(70)
    assert FRIENDS < kinship(own, friend) < NEAREST
    between = gist(30)
    assert siblings(own, {"between": between, "friend": friend}) == {"between", "friend"}
    strangers = {f"s{n}": gist(95 + n) for n in range(3)}
    assert siblings(own, {"between": between, "friend": friend} | strangers) == {"between"}, (
        "most of its kin are not on it"
    )
    assert siblings(own, {"akin": akin_to_own, "friend": friend}) == {"akin"}


def test_articles_are_parted_into_affairs_the_best_first() -> None:
    gists = {"a": gist(0), "b": gist(10), "c": gist(100), "d": gist(110)}
    assert affairs(gists, ["d", "a", "c", "b"]) == [["d", "c"], ["a", "b"]]
    assert on_affair(gists, "a", ["b", "c"])
    assert not on_affair(gists, "a", ["c", "d", "b"])
