"""Fine-tunes the reader: a MiniLM encoder whose every token may begin or end the answer, and whose first token says there is none.

The head and the no-answer at the first token are those of Devlin et al. 2019 for SQuAD 2.0. With `--vectors` the encoder goes on
giving the base's sentence vectors for a text by itself (the mean of its tokens), so that one encoder serves finding and reading: a
teacher's vectors are the target, as in Reimers and Gurevych 2020. With `--pairs` a head learns beside it which pairs of sentences
dispute the question they stand beside, or contradict each other where they stand beside none.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from training.model import Reader, vectors

LONGEST = 192
"""Tokens in question and window together at most."""
LONGEST_TEXT = 64
"""Tokens of a text whose vector is compared at most."""
WEIGHT = 5.0
"""Of the vectors' part in the loss: 1 less the cosine, 0 to 2."""
CONTRADICTION = 1.0
"""Of the pairs' part in the loss, a cross-entropy."""
RIGHT = 3.0
"""What a pair that disputes or contradicts counts against one that does not."""
DRAWN = 0.5
"""So many of the pairs that do not contradict are drawn each time round."""
HEAD = 5.0
"""The rate of the new head's weights, beside that of the encoder, which knows its task; its biases learn at the encoder's."""
Batch = tuple[torch.Tensor, ...]


def encoded(path: Path, tokenizer: Tokenizer) -> list[dict[str, Any]]:
    """Rows as token ids with every gold span in tokens; (0, 0), the first token, where there is no answer."""
    found = []
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    codes = tokenizer.encode_batch([(row["question"], row["window"]) for row in lines])
    for row, code in zip(lines, codes, strict=True):
        starts, ends = {}, {}
        for i, ((a, b), part) in enumerate(zip(code.offsets, code.sequence_ids, strict=True)):
            if part == 1 and b > a:
                starts[a], ends[b] = i, i
        spans = [(starts[a], ends[b]) for a, b in row["spans"] if a in starts and b in ends]
        if row["spans"] and not spans:
            continue
        found.append({"ids": code.ids, "types": code.type_ids, "spans": spans or [(0, 0)]})
    return found


def batches(rows: list[dict[str, Any]], tokens: int, rng: random.Random) -> Iterator[Batch]:
    """Batches of rows of about one length, at most `tokens` each with padding, in random order."""
    for group in _grouped(rows, lambda row: len(row["ids"]), tokens, rng):
        spans = torch.tensor([rng.choice(row["spans"]) for row in group])
        yield *_padded([(row["ids"], row["types"]) for row in group]), spans[:, 0], spans[:, 1]


def _grouped(
    items: list[dict[str, Any]], length: Callable[[dict[str, Any]], int], tokens: int, rng: random.Random
) -> list[list[dict[str, Any]]]:
    """Items of about one length together, at most `tokens` in a group with padding, the groups in random order."""
    groups: list[list[dict[str, Any]]] = [[]]
    for item in sorted(items, key=lambda item: length(item) + rng.random() * 6):
        if (len(groups[-1]) + 1) * length(item) > tokens:
            groups.append([])
        groups[-1].append(item)
    rng.shuffle(groups)
    return groups


def _padded(codes: list[tuple[list[int], list[int]]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids and types of several texts, as ids, types and mask of one width."""
    width = max(len(own) for own, _ in codes)
    ids = torch.zeros(len(codes), width, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for at, (own, parts) in enumerate(codes):
        n = len(own)
        ids[at, :n], types[at, :n], mask[at, :n] = torch.tensor(own), torch.tensor(parts), 1
    return ids, types, mask


def texts(rows: list[dict[str, Any]], number: int, rng: random.Random) -> tuple[torch.Tensor, torch.Tensor]:
    """So many questions, and as many windows, by themselves, as ids and mask."""
    drawn = rng.sample(rows, min(2 * number, len(rows)))
    found = []
    for at, row in enumerate(drawn):
        cut = row["types"].index(1)
        first, own = row["ids"][0], row["ids"][1 : cut - 1] if at < len(drawn) // 2 else row["ids"][cut:-1]
        text = [first, *own[: LONGEST_TEXT - 2], row["ids"][-1]]
        found.append((text, [0] * len(text)))
    ids, _, mask = _padded(found)
    return ids, mask


def pairs(paths: Iterable[Path], tokenizer: Tokenizer) -> list[dict[str, Any]]:
    """Pairs of sentences as token ids, each in both orders; a question they are asked beside stands before the first one."""
    lines = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    asked = [f"{pair['question']} " if pair.get("question") else "" for pair in lines]
    forth = tokenizer.encode_batch([(q + pair["one"], pair["other"]) for q, pair in zip(asked, lines, strict=True)])
    back = tokenizer.encode_batch([(q + pair["other"], pair["one"]) for q, pair in zip(asked, lines, strict=True)])
    return [
        {"orders": [(a.ids, a.type_ids), (b.ids, b.type_ids)], "contradict": float(pair["contradict"])}
        for pair, a, b in zip(lines, forth, back, strict=True)
    ]


def batches_of_pairs(told: list[dict[str, Any]], tokens: int, rng: random.Random) -> Iterator[Batch]:
    """Batches of pairs of about one length, each in one of its orders, at most `tokens` each: ids, types, mask and which contradict."""
    for group in _grouped(told, lambda pair: len(pair["orders"][0][0]), tokens, rng):
        said = [rng.choice(pair["orders"]) for pair in group]
        yield *_padded(said), torch.tensor([pair["contradict"] for pair in group])


def some(every: list[dict[str, Any]], part: float, rng: random.Random) -> list[dict[str, Any]]:
    """The pairs that contradict, and of the others a part, 0 to 1."""
    return [pair for pair in every if pair["contradict"] or rng.random() < part]


def endless(every: list[dict[str, Any]], tokens: int, rng: random.Random) -> Iterator[Batch]:
    """The same again and again, of those that do not contradict DRAWN each time round."""
    while True:
        yield from batches_of_pairs(some(every, DRAWN, rng), tokens, rng)


def contradiction_loss(model: Reader, batch: Batch, device: str) -> torch.Tensor:
    """A cross-entropy over a batch of pairs."""
    ids, types, mask, contradict = (t.to(device) for t in batch)
    with torch.autocast(device, dtype=torch.bfloat16):
        states = model.bert(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        logits = model.contradicts(states, mask)
    return torch.nn.functional.binary_cross_entropy_with_logits(
        logits.float(), contradict, pos_weight=torch.tensor(RIGHT, device=device)
    )


def main() -> None:
    """Train and write the weights with a log of the loss."""
    parser = argparse.ArgumentParser(description="Fine-tune the reader.")
    parser.add_argument("base", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="weights of an earlier pass to go on from, in place of the base's")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=3000, help="tokens in a batch")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--part", type=float, default=1.0, help="of the rows, 0 to 1, drawn once")
    parser.add_argument(
        "--vectors",
        type=int,
        default=0,
        help="keep the base's sentence vectors: of so many questions and windows a step",
    )
    parser.add_argument(
        "--pairs", type=Path, nargs="+", default=[], help="pairs of sentences, to learn which dispute their question"
    )
    parser.add_argument("--pair-tokens", type=int, default=2500, help="tokens of pairs in a step")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0, help="stop after so many steps, to try the speed")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)  # noqa: S311 - an order of rows, no secret
    tokenizer = Tokenizer.from_file(str(args.base / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST, strategy="only_second")
    tokenizer.no_padding()
    rows = encoded(args.rows / "train.jsonl", tokenizer)
    rows = rng.sample(rows, round(args.part * len(rows))) if args.part < 1 else rows
    config = BertConfig.from_pretrained(
        args.base, attn_implementation="eager", hidden_dropout_prob=0.05, attention_probs_dropout_prob=0.05
    )
    model = Reader.from_pretrained(args.start or args.base, config=config)
    model.bert.embeddings.word_embeddings.weight.requires_grad = False
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device).train()
    teacher = (
        BertModel.from_pretrained(args.base, attn_implementation="eager", add_pooling_layer=False).to(device).eval()
        if args.vectors
        else None
    )
    told = None
    if args.pairs:
        tokenizer.enable_truncation(LONGEST, strategy="longest_first")
        told = endless(pairs(args.pairs, tokenizer), args.pair_tokens, rng)
    decayed = [
        p for n, p in model.named_parameters() if p.requires_grad and p.ndim > 1 and not n.startswith("contrast.")
    ]
    plain = [p for n, p in model.named_parameters() if p.requires_grad and p.ndim <= 1]
    head = [p for p in model.contrast.parameters() if p.ndim > 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": 0.01},
            {"params": plain, "weight_decay": 0.0},
            {"params": head, "weight_decay": 0.01},
        ],
        lr=args.rate,
    )
    rates = [args.rate, args.rate, HEAD * args.rate]
    each = sum(1 for _ in batches(rows, args.tokens, random.Random(0)))  # noqa: S311 - a count
    total = args.epochs * each
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rates, total_steps=total + 50, pct_start=0.06, anneal_strategy="linear"
    )
    began, step, mean, apart, against = time.monotonic(), 0, 0.0, 0.0, 0.0
    args.out.mkdir(parents=True, exist_ok=True)
    with (args.out / "log.jsonl").open("w", encoding="utf-8") as log:
        for epoch in range(args.epochs):
            for batch in batches(rows, args.tokens, rng):
                ids, types, mask, start, end = (t.to(device) for t in batch)
                with torch.autocast(device, dtype=torch.bfloat16):
                    said = model(input_ids=ids, token_type_ids=types, attention_mask=mask)
                outside = (mask == 0) | ((types == 0) & (torch.arange(ids.shape[1], device=device) > 0))
                loss = (
                    sum(
                        torch.nn.functional.cross_entropy(logits.float().masked_fill(outside, -1e4), gold)
                        for logits, gold in ((said.start_logits, start), (said.end_logits, end))
                    )
                    / 2
                )
                if teacher is not None:
                    own = [t.to(device) for t in texts(rows, args.vectors, rng)]
                    with torch.autocast(device, dtype=torch.bfloat16):
                        with torch.no_grad():
                            wanted = vectors(teacher, *own)
                        away = (1 - (vectors(model.bert, *own) * wanted).sum(1)).mean()
                    loss = loss + WEIGHT * away
                    apart = away.item() if step == 0 else 0.98 * apart + 0.02 * away.item()
                if told is not None:
                    wrong = contradiction_loss(model, next(told), device)
                    loss = loss + CONTRADICTION * wrong
                    against = wrong.item() if step == 0 else 0.98 * against + 0.02 * wrong.item()
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
                optimizer.step()
                schedule.step()
                step += 1
                mean = loss.item() if step == 1 else 0.98 * mean + 0.02 * loss.item()
                if step % 50 == 0:
                    line = {
                        "step": step,
                        "of": total,
                        "epoch": epoch,
                        "loss": round(mean, 4),
                        "vectors apart": round(apart, 4),
                        "pairs": round(against, 4),
                        "s": round(time.monotonic() - began),
                    }
                    print(json.dumps(line), file=log, flush=True)
                if step % 500 == 0:
                    model.save_pretrained(args.out)
                if args.steps and step >= args.steps:
                    return
    model.save_pretrained(args.out)


if __name__ == "__main__":
    main()
