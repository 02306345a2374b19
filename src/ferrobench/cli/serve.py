"""``ferrobench serve``: an OpenAI-compatible server over one of our own models."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - the parser reads the annotations
from typing import Literal


def serve(
    checkpoint: Path | None = None,
    /,
    *,
    model: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    name: str | None = None,
    api_key_env: str | None = None,
    step: int | None = None,
    device: str = "auto",
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto",
    threads: int | None = None,
    batch_size: int | None = None,
    tokenizer: Path | None = None,
    end_token: str | None = None,
    softcap: float | None = None,
    adapter: Path | None = None,
) -> None:
    """Serve a model to programs that speak OpenAI's protocol: completions and chats. Ctrl-C ends it.

    Prints the base URL on stdout once clients can connect.

    Parameters
    ----------
    checkpoint
        Folder of a checkpoint (nanochat-rs, nanochat or Hugging Face), or of steps (then the newest). Default: the demo.
    model
        hf:NAME, instead of a checkpoint.
    host
        Address to listen on. With any but a loopback one, others can use the model: see --api-key-env.
    port
        0 is any free one.
    name
        Under which the model is asked for. Default: that of its folder, demo for the demo.
    api_key_env
        Environment variable with a key, which clients must then show.
    step
        Of a folder of steps, this one.
    device
        auto, cpu, cuda or cuda:N.
    dtype
        Of the arithmetic. Default: float32 on a CPU, bfloat16 on CUDA where the kind allows it.
    threads
        CPU threads of the model. Default: 1 for a small model, else the cores, at most 4.
    batch_size
        Texts decoded at once. Default: what suits the model.
    tokenizer
        A tokenizer.json. Default: the one beside or above the checkpoint.
    end_token
        Token that ends a text. Default: <|endoftext|>, else <eos>.
    softcap
        Of the logits of a nanochat checkpoint that does not tell (15 or 20).
    adapter
        A PEFT adapter for a Hugging Face model.
    """
    import sys

    from ferrobench.models import ModelRequest
    from ferrobench.serve import ServeSettings
    from ferrobench.serve import serve as run_server

    settings = ServeSettings(
        model=ModelRequest(
            checkpoint=checkpoint,
            model=model,
            step=step,
            tokenizer=tokenizer,
            end_token=end_token,
            device=device,
            dtype=dtype,
            threads=threads,
            prompt_style="completion",
            softcap=softcap,
            adapter=adapter,
        ),
        host=host,
        port=port,
        name=name,
        batch_size=batch_size,
        api_key_env=api_key_env,
    )
    run_server(
        settings,
        announce=lambda url: print(url, flush=True),  # noqa: T201 - what was asked for
        complain=lambda line: print(f"ferrobench: {line}", file=sys.stderr, flush=True),  # noqa: T201 - likewise
    )
