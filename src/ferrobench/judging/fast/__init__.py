"""The fast way of compiling: many programs in one rustc, and rustc processes that are forked rather than started.

It must never say anything else than :class:`~ferrobench.judging.compile.RustcCompiler` does. Three things see to that:
what could behave differently beside others is recognised by its tokens and never shares a rustc (:mod:`.route`); what a
shared rustc says is believed only where it cannot depend on the neighbours (:mod:`.batch`); and whatever ends in any but
the plainest way is compiled again the exact way (:mod:`.compiler`).
"""

from ferrobench.judging.fast.compiler import FastCompiler, describe_fast_path

__all__ = ["FastCompiler", "describe_fast_path"]
