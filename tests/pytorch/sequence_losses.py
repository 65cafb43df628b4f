"""Prints what PyTorch makes of the numbers in SequenceLossTests.cs: python3 sequence_losses.py"""
import json
import torch
import torch.nn.functional as F

chosen, rejected, margin = (torch.tensor(v, dtype=torch.float64) for v in ([1.5, -0.3, 0.2], [0.7, 0.1, -2.0], [0.0, 0.5, 1.0]))
scores = torch.tensor([[0.2, -1.3, 2.0], [1.1, 0.4, -0.6]], dtype=torch.float64)
queries = F.normalize(torch.tensor([[1.0, 2.0], [-1.0, 0.5], [0.3, -0.2]], dtype=torch.float64), dim=1)
positives = F.normalize(torch.tensor([[0.9, 2.2], [-1.0, 0.1], [0.1, 0.2]], dtype=torch.float64), dim=1)
print(json.dumps({
    "bradley_terry": -F.logsigmoid(chosen - rejected).mean().item(),
    "bradley_terry_margin_centred": (-F.logsigmoid(chosen - rejected - margin).mean() + 0.01 * ((chosen + rejected) ** 2).mean()).item(),
    "single_label": F.cross_entropy(scores, torch.tensor([2, 0])).item(),
    "multi_label": F.binary_cross_entropy_with_logits(scores, torch.tensor([[1.0, 0, 1], [0, 1, 0]], dtype=torch.float64)).item(),
    "regression": F.mse_loss(scores, torch.zeros_like(scores) + 0.5).item(),
    "info_nce": F.cross_entropy(queries @ positives.T / 0.1, torch.arange(3)).item(),
}, indent=1))
