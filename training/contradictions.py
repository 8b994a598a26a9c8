"""Trains a network of its own that tells which sentences contradict each other: the reader's weights go on over pairs and nothing else.

What tells answers and what tells contradictions want different things of an encoder's upper layers: taught beside questions, the reader's own
head ranks pairs worse than a network that has them to itself.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertConfig

from training.model import Reader
from training.train import HEAD, LONGEST, Batch, batches_of_pairs, contradiction_loss, pairs, some

COMPATIBLE_DRAWN = 0.7
"""So many of the pairs that do not contradict are drawn each time round."""


def main() -> None:
    """Train and write the weights with a log of the loss."""
    parser = argparse.ArgumentParser(description="Train the network that tells contradictions.")
    parser.add_argument("base", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, required=True, help="the reader's weights, which have learnt of pairs")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=2500, help="tokens in a batch")
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)  # noqa: S311 - an order of pairs, no secret
    tokenizer = Tokenizer.from_file(str(args.base / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    tokenizer.no_padding()
    every = pairs([args.pairs], tokenizer)

    def one_round(rng: random.Random) -> Iterator[Batch]:
        return batches_of_pairs(some(every, COMPATIBLE_DRAWN, rng), args.tokens, rng)

    config = BertConfig.from_pretrained(
        args.base, attn_implementation="eager", hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.05
    )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Reader.from_pretrained(args.start, config=config).to(device).train()
    for part in (model.bert.embeddings, model.qa_outputs):
        part.requires_grad_(False)
    learning = list(model.bert.encoder.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": learning}, {"params": model.contrast.parameters()}], lr=args.rate, weight_decay=0.01
    )
    total = args.epochs * sum(1 for _ in one_round(random.Random(0)))  # noqa: S311 - a count
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [args.rate, HEAD * args.rate],
        total_steps=total + 60,
        pct_start=0.08,
        anneal_strategy="linear",
    )
    began, step, mean = time.monotonic(), 0, 0.0
    args.out.mkdir(parents=True, exist_ok=True)
    with (args.out / "log.jsonl").open("w", encoding="utf-8") as log:
        for _ in range(args.epochs):
            for batch in one_round(rng):
                loss = contradiction_loss(model, batch, device)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_([*learning, *model.contrast.parameters()], 1.0)
                optimizer.step()
                schedule.step()
                step += 1
                mean = loss.item() if step == 1 else 0.98 * mean + 0.02 * loss.item()
                if step % 50 == 0:
                    line = {"step": step, "of": total, "loss": round(mean, 4), "s": round(time.monotonic() - began)}
                    print(json.dumps(line), file=log, flush=True)
    model.save_pretrained(args.out)


if __name__ == "__main__":
    main()
