"""The reader as a torch model: one encoder with three uses. The second network is the same, and put to the last of them alone.

Its tokens begin or end an answer, its first token says there is none (Devlin et al. 2019); the mean of a text's tokens is its vector
(Reimers and Gurevych 2019); and of two sentences read together a small head tells whether they dispute a question or, without one, contradict each other.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import BertForQuestionAnswering, BertModel

HIDDEN = 128
"""Of the head that tells disputes, or contradictions."""


class Reader(BertForQuestionAnswering):
    """A question answering model that also tells of two sentences whether they dispute a question or contradict each other.

    Weights of an earlier pass without that head are taken as they are, and the head starts anew.
    """

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.contrast = nn.Sequential(nn.Linear(2 * config.hidden_size, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))

    def contradicts(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """A logit for each pair of sentences, (pairs,), from the states of its tokens, (pairs, tokens, width)."""
        seen = torch.cat([states[:, 0], mean(states, mask)], dim=1)
        logit: torch.Tensor = self.contrast(seen).squeeze(1)
        return logit


def mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean of each text's token states."""
    weight = mask[:, :, None].to(states.dtype)
    return (states * weight).sum(1) / weight.sum(1)


def pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The means of texts' token states, of length 1."""
    return nn.functional.normalize(mean(states, mask), dim=1)


def vectors(encoder: BertModel, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Texts as the means of their tokens' last states, of length 1; (texts, 384)."""
    return pooled(encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float(), mask)
