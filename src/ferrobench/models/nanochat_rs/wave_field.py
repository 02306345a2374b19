"""Wave-field attention: tokens are laid onto a field, the field is convolved with a kernel, and tokens read it again.

A field stretches over the whole context, and all of it reaches a token, what comes later too. Only whole sequences can
be evaluated so; decoding passes these layers by.

Shapes: B rows, T tokens a row, D = dim, H heads, C channels a head, L = size of a field. H * C may be less than D.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import softplus

from ferrobench.models.engine.rowwise import sigmoid
from ferrobench.models.nanochat_rs.ternary_linear import TernaryLinear

if TYPE_CHECKING:
    from torch import Tensor

    from ferrobench.models.nanochat_rs.config import NanochatRsConfig
    from ferrobench.models.nanochat_rs.ternary_linear import Source


class Geometry:
    """Where in a field the tokens stand: evenly spread, the last position of the context on the last place."""

    def __init__(self, max_seq_len: int, field_size: int, device: torch.device) -> None:
        self._field_size = field_size
        last = torch.tensor(field_size - 1, dtype=torch.float32)
        stride = last / (max_seq_len - 1) if max_seq_len > 1 else torch.zeros(())
        places = (torch.arange(max_seq_len, dtype=torch.float32) * stride).clamp(0.0, field_size - 1)
        low = places.floor()
        self._low = low.to(torch.int64).to(device)
        self._share = (places - low).to(device)
        """Of the place after ``low``; the place itself has the rest."""

    def matrix(self, tokens: int) -> Tensor:
        """How much of each place the first *tokens* tokens have: shape (tokens, L), each row sums to 1."""
        low, share = self._low[:tokens, None], self._share[:tokens, None]
        # A token on the last place has no share of a place after it: that column is cut off.
        matrix = torch.zeros((tokens, self._field_size + 1), device=low.device)
        matrix.scatter_(1, low, 1.0 - share).scatter_(1, low + 1, share)
        return matrix[:, :-1].contiguous()


class WaveField:
    """One layer, in whichever mode the configuration asks for."""

    def __init__(self, source: Source, prefix: str) -> None:
        config = source.config
        self._config = config
        self._in = TernaryLinear(source, f"{prefix}.scatter", f"{prefix}.gate")
        self._out = TernaryLinear(source, f"{prefix}.out")
        if config.has_direct_kernel:
            spectrum = source.tensor(f"{prefix}.kernel_haar_coeffs")
        else:
            spectrum = kernel_spectrum(
                config,
                damped_waves(
                    omega=source.tensor(f"{prefix}.omega"),
                    alpha_raw=source.tensor(f"{prefix}.alpha_raw"),
                    phi=source.tensor(f"{prefix}.phi"),
                    size=config.wavefield_field_size,
                ),
            )
        self._spectrum = spectrum[:, None]
        self._coupling = None
        if config.wavefield_head_coupling:
            self._coupling = torch.softmax(source.tensor(f"{prefix}.coupling_logits"), dim=-1)

    def __call__(self, x: Tensor, resampling: Tensor) -> Tensor:
        """Mix the tokens of whole sequences.

        Args:
            x: Shape (B, T, D).
            resampling: From :meth:`Geometry.matrix`, shape (T, L).

        Returns:
            Shape (B, T, D).
        """
        heads, channels = self._config.num_wave_heads, self._config.wave_head_dim
        values, gate = self._in.split(x)
        laid = torch.matmul(values.transpose(1, 2), resampling)  # (B, H * C, L)
        field = convolve(self._config, laid.view(len(x), heads, channels, -1), self._spectrum)
        if self._coupling is not None:
            field = torch.matmul(self._coupling, field.flatten(2))
        got = torch.matmul(field.reshape(laid.shape), resampling.t()).transpose(1, 2)
        share = sigmoid(gate)
        if share.shape[-1] != got.shape[-1]:  # one for each head
            share = share.repeat_interleave(channels, dim=-1)
        return self._out(got * share)


def damped_waves(*, omega: Tensor, alpha_raw: Tensor, phi: Tensor, size: int) -> Tensor:
    """Kernels from the frequency, damping and phase of each head, shape (H,) each: shape (H, *size*)."""
    time = torch.arange(size, dtype=torch.float32, device=omega.device)
    damping = torch.exp(-softplus(alpha_raw)[:, None] * time)
    return damping * torch.cos(omega[:, None] * time + phi[:, None])


def kernel_spectrum(config: NanochatRsConfig, kernel: Tensor) -> Tensor:
    """Kernels, shape (…, L), as :func:`convolve` takes them."""
    size = kernel.shape[-1]
    match config.wavefield_convolve_mode:
        case "fwht":
            return walsh_hadamard(kernel) / size
        case "haar":
            return haar(kernel, config.haar_levels)
        case _:
            spectrum: Tensor = torch.fft.rfft(kernel, n=2 * size)
            return spectrum


def convolve(config: NanochatRsConfig, field: Tensor, spectrum: Tensor) -> Tensor:
    """Convolve fields, shape (…, L), with kernels: each mode has its own meaning of the word."""
    size = field.shape[-1]
    match config.wavefield_convolve_mode:
        case "fwht":
            return walsh_hadamard(walsh_hadamard(field) * spectrum)
        case "haar":
            return inverse_haar(haar(field, config.haar_levels) * spectrum, config.haar_levels)
        case _:
            # Twice as long, so that nothing comes round from the end to the start.
            linear: Tensor = torch.fft.irfft(torch.fft.rfft(field, n=2 * size) * spectrum, n=2 * size)
            return linear[..., :size]


def walsh_hadamard(x: Tensor) -> Tensor:
    """The Walsh-Hadamard transform over the last axis, natural order, not normalised: twice is L times *x*."""
    half = 1
    while half < x.shape[-1]:
        a, b = x.reshape(*x.shape[:-1], -1, 2, half).unbind(-2)
        x = torch.stack((a + b, a - b), dim=-2).flatten(-3)
        half *= 2
    return x


def haar(x: Tensor, levels: int) -> Tensor:
    """The Haar transform over the last axis, not normalised: sums of neighbours first, then their differences.

    Each further level does the same to what the last one left in front.
    """
    differences: list[Tensor] = []
    for _ in range(levels):
        a, b = x[..., 0::2], x[..., 1::2]
        differences.insert(0, a - b)
        x = a + b
    return torch.cat((x, *differences), dim=-1)


def inverse_haar(x: Tensor, levels: int) -> Tensor:
    """What :func:`haar` was made from."""
    size = x.shape[-1] >> levels
    found = x[..., :size]
    for _ in range(levels):
        difference = x[..., size : 2 * size]
        found = torch.stack((found + difference, found - difference), dim=-1).flatten(-2) / 2.0
        size *= 2
    return found
