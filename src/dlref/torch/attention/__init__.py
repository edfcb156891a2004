"""Attention: places that look at one another, and what transformers are built of."""

from dlref.torch.attention.blocks import transformer_decoder_layer, transformer_encoder_layer
from dlref.torch.attention.dot_product import scaled_dot_product_attention
from dlref.torch.attention.multi_head import multi_head_attention
from dlref.torch.attention.positions import learned_positions, sinusoidal_positions

__all__ = [
    "learned_positions",
    "multi_head_attention",
    "scaled_dot_product_attention",
    "sinusoidal_positions",
    "transformer_decoder_layer",
    "transformer_encoder_layer",
]
