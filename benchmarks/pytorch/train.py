"""Trains a Qwen3-shaped decoder on random tokens and prints tokens per second, for comparison with Swift's trainer.

Same shape, batch, optimiser and precision as `Swift.Benchmarks training`; own code, PyTorch 1.13 or newer, no other package.
"""
import argparse
import json
import math
import time

import torch
import torch.nn.functional as F
from torch import nn


class RmsNorm(nn.Module):
    def __init__(self, size, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


class Layer(nn.Module):
    def __init__(self, hidden, intermediate, heads, kv_heads, head_dim):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = heads, kv_heads, head_dim
        self.input_norm, self.output_norm = RmsNorm(hidden), RmsNorm(hidden)
        self.q = nn.Linear(hidden, heads * head_dim, bias=False)
        self.k = nn.Linear(hidden, kv_heads * head_dim, bias=False)
        self.v = nn.Linear(hidden, kv_heads * head_dim, bias=False)
        self.o = nn.Linear(heads * head_dim, hidden, bias=False)
        self.q_norm, self.k_norm = RmsNorm(head_dim), RmsNorm(head_dim)
        self.gate = nn.Linear(hidden, intermediate, bias=False)
        self.up = nn.Linear(hidden, intermediate, bias=False)
        self.down = nn.Linear(intermediate, hidden, bias=False)

    def forward(self, x, cos, sin, mask):
        batch, length, _ = x.shape
        h = self.input_norm(x)
        q = self.q_norm(self.q(h).view(batch, length, self.heads, self.head_dim)).transpose(1, 2)
        k = self.k_norm(self.k(h).view(batch, length, self.kv_heads, self.head_dim)).transpose(1, 2)
        v = self.v(h).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        groups = self.heads // self.kv_heads
        if groups > 1:
            k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        if hasattr(F, "scaled_dot_product_attention"):
            a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            a = ((q @ k.transpose(-1, -2)) / math.sqrt(self.head_dim) + mask).softmax(-1) @ v
        x = x + self.o(a.transpose(1, 2).reshape(batch, length, -1))
        h = self.output_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Decoder(nn.Module):
    def __init__(self, args):
        super().__init__()
        head_dim = args.hidden_size // args.num_attention_heads
        self.embedding = nn.Embedding(args.vocab_size, args.hidden_size)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.layers = nn.ModuleList(
            Layer(args.hidden_size, args.intermediate_size, args.num_attention_heads, args.num_key_value_heads, head_dim)
            for _ in range(args.num_hidden_layers))
        self.norm = RmsNorm(args.hidden_size)
        frequencies = 1.0 / 10_000 ** (torch.arange(0, head_dim, 2) / head_dim)
        angles = torch.outer(torch.arange(args.length), frequencies).repeat(1, 2)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())
        self.register_buffer("mask", torch.full((args.length, args.length), -math.inf).triu(1))

    def forward(self, ids):
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin, self.mask)
        return self.norm(x) @ self.embedding.weight.T


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("vocab_size", 1024), ("hidden_size", 256), ("intermediate_size", 768), ("num_hidden_layers", 4),
                          ("num_attention_heads", 4), ("num_key_value_heads", 4), ("length", 256), ("batch", 8),
                          ("steps", 20), ("threads", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(42)
    model = Decoder(args)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1)
    ids = torch.randint(args.vocab_size, (args.batch, args.length + 1))

    def step():
        loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    for _ in range(3):
        step()
    started = time.perf_counter()
    for _ in range(args.steps):
        loss = step()
    seconds = time.perf_counter() - started
    print(json.dumps({
        "framework": f"PyTorch {torch.__version__}", "parameters": sum(p.numel() for p in model.parameters()),
        "tokens_per_second": args.batch * args.length * args.steps / seconds, "loss": loss, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
