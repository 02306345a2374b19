"""What a client asks for: the two kinds of requests, read from JSON. Pure.

Defaults are OpenAI's. Settings that other servers know beside OpenAI's own (``top_k``, ``min_p``, ``repetition_penalty``)
have the usual names; ``no_repeat_ngram`` has ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferrobench.models import Chat, Given, Hole, SamplingSettings
from ferrobench.serve.faults import Fault
from ferrobench.serve.fields import Fields, check_text, refuse, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHOICES = 128
# Of a request, all its prompts together.
MOST_COMPLETIONS = 2048
MOST_STOPS = 4
MOST_LOGPROBS = 5
# Of a model that has no limit itself, for what a text takes is set aside when it begins.
MOST_TOKENS = 2**20
DEFAULT_TOKENS = 16
DEFAULT_CHAT_TOKENS = 4096
_SEEDS = 2**64
_ROLES = {
    "system": "system",
    "developer": "system",  # its newer name, which templates of open models do not know
    "user": "user",
    "assistant": "assistant",
}
# They say nothing about the text.
_IGNORED = ("user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key")
# What asks for something that is not to be had here, unless it has one of these values.
_UNKNOWN_HERE: dict[str, tuple[object, ...]] = {
    "frequency_penalty": (0,),
    "logit_bias": ({},),
}
_UNKNOWN_IN_COMPLETIONS: dict[str, tuple[object, ...]] = {
    **_UNKNOWN_HERE,
    "best_of": (1,),
    "echo": (False,),
}
_UNKNOWN_IN_CHATS: dict[str, tuple[object, ...]] = {
    **_UNKNOWN_HERE,
    "logprobs": (False,),
    "top_logprobs": (0,),
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "response_format": ({"type": "text"},),
    "modalities": (["text"],),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that can be drawn."""

    model: str
    given: tuple[Given, ...]
    """Of a list of prompts several, else one."""
    param: str
    """The field that they came in."""
    count: int
    """Texts of each."""
    seed: int | None
    settings: SamplingSettings
    stops: tuple[str, ...]
    stream: bool
    stream_usage: bool
    """Whether a stream ends with the usage."""

    @property
    def chat(self) -> bool:
        """Whether it is answered in the form of chats."""
        return self.param == "messages"


def read_completion(document: dict[str, Any], model: str, context_length: int | None) -> Asked:
    """Read a request of ``/v1/completions``.

    Args:
        document: Its JSON.
        model: The name of the only model there is.
        context_length: Of it, in tokens.

    Raises:
        Fault: Naming the field, what was found and what was expected.
    """
    fields = Fields(document)
    _check_model(fields, model)
    prompt = fields.take("prompt")
    prompts = prompt if isinstance(prompt, list) else [prompt]
    if not prompts or not all(isinstance(text, str) for text in prompts):
        refuse("prompt", "a text or a list of texts", prompt)
    texts = [check_text("prompt", text) for text in prompts]
    suffix = fields.take("suffix")
    logprobs = fields.whole("logprobs", None, least=0, most=MOST_LOGPROBS)
    asked = _read_common(
        fields,
        model=model,
        given=tuple(
            texts if suffix is None else [Hole(text, check_text("suffix", suffix)) for text in texts]
        ),
        param="prompt" if suffix is None else "suffix",
        max_tokens=fields.whole("max_tokens", DEFAULT_TOKENS, least=1, most=MOST_TOKENS),
        context_length=context_length,
        logprobs=logprobs is not None,
    )
    if asked.settings.logprobs and asked.stops:
        raise Fault("logprobs: not together with stop, which cuts texts and not tokens", param="logprobs")
    _refuse_others(fields, _UNKNOWN_IN_COMPLETIONS)
    return asked


def read_chat(document: dict[str, Any], model: str, context_length: int | None) -> Asked:
    """Read a request of ``/v1/chat/completions``; see :func:`read_completion`."""
    fields = Fields(document)
    _check_model(fields, model)
    messages = fields.take("messages")
    if not isinstance(messages, list) or not messages:
        refuse("messages", "a list of messages", messages)
    chat = Chat(tuple(_read_message(f"messages[{place}]", each) for place, each in enumerate(messages)))
    max_tokens = fields.whole("max_tokens", None, least=1, most=MOST_TOKENS)
    asked = _read_common(
        fields,
        model=model,
        given=(chat,),
        param="messages",
        max_tokens=fields.whole("max_completion_tokens", max_tokens, least=1, most=MOST_TOKENS),
        context_length=context_length,
        logprobs=False,
    )
    _refuse_others(fields, _UNKNOWN_IN_CHATS)
    return asked


def _check_model(fields: Fields, model: str) -> None:
    named = fields.take("model")
    if not isinstance(named, str):
        refuse("model", "the name of a model", named)
    if named != model:
        raise Fault(
            f"model: there is no {shown(named)} here, only {shown(model)}",
            status=404,
            param="model",
            code="model_not_found",
        )


def _read_common(
    fields: Fields,
    *,
    model: str,
    given: tuple[Given, ...],
    param: str,
    max_tokens: int | None,
    context_length: int | None,
    logprobs: bool,
) -> Asked:
    count = fields.whole("n", 1, least=1, most=MOST_CHOICES) or 1
    if count * len(given) > MOST_COMPLETIONS:
        raise Fault(
            f"{param}: {len(given)} prompts of n = {count} are more than {MOST_COMPLETIONS} texts in one request",
            param=param,
        )
    max_tokens = max_tokens or context_length or DEFAULT_CHAT_TOKENS
    settings = SamplingSettings(
        temperature=fields.number("temperature", 1.0, least=0.0),
        top_k=fields.whole("top_k", 0, least=0) or 0,
        top_p=fields.number("top_p", 1.0, above=0.0, most=1.0),
        min_p=fields.number("min_p", 0.0, least=0.0, most=1.0),
        repetition_penalty=fields.number("repetition_penalty", 1.0, above=0.0),
        presence_penalty=fields.number("presence_penalty", 0.0, least=-2.0, most=2.0),
        no_repeat_ngram=fields.whole("no_repeat_ngram", 0, least=0) or 0,
        # No text is longer than the context, and what is asked for alike is drawn together.
        max_tokens=max_tokens if context_length is None else min(max_tokens, context_length),
        logprobs=logprobs,
    )
    seed = fields.whole("seed", None)
    stream = fields.flag("stream")
    return Asked(
        model=model,
        given=given,
        param=param,
        count=count,
        seed=None if seed is None else seed % _SEEDS,
        settings=settings,
        stops=_read_stops(fields.take("stop")),
        stream=stream,
        stream_usage=_read_stream_options(fields.take("stream_options"), stream),
    )


def _read_stops(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    stops = value if isinstance(value, list) else [value]
    if len(stops) > MOST_STOPS or not all(isinstance(stop, str) and stop for stop in stops):
        refuse("stop", f"a text, or a list of at most {MOST_STOPS}, none of them empty", value)
    return tuple(check_text("stop", stop) for stop in stops)


def _read_stream_options(value: object, stream: bool) -> bool:
    if value is None:
        return False
    if not stream or not isinstance(value, dict):
        refuse("stream_options", "an object, and only with stream", value)
    options = Fields(value)
    usage = options.flag("include_usage")
    options.take("include_obfuscation")  # pads chunks, and says nothing
    options.refuse_rest()
    return usage


def _read_message(name: str, value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        refuse(name, "a message with role and content", value)
    fields = Fields(value)
    role, content = fields.take("role"), fields.take("content")
    fields.take("name")
    if not isinstance(role, str) or role not in _ROLES:
        refuse(f"{name}.role", "system, developer, user or assistant", role)
    if isinstance(content, list):
        content = "".join(_read_part(f"{name}.content[{place}]", part) for place, part in enumerate(content))
    text = check_text(f"{name}.content", content)
    try:
        fields.refuse_rest()
    except Fault as fault:
        raise Fault(f"{name}.{fault}", param=name) from fault
    return {"role": _ROLES[role], "content": text}


def _read_part(name: str, part: object) -> str:
    if not isinstance(part, dict) or part.get("type") != "text":
        refuse(name, "a part of type text", part)
    return check_text(f"{name}.text", part.get("text"))


def _refuse_others(fields: Fields, unknown: Mapping[str, tuple[object, ...]]) -> None:
    for name, neutral in unknown.items():
        fields.refuse_unless(name, neutral, "this server has no such thing")
    for name in _IGNORED:
        fields.take(name)
    fields.refuse_rest()
