#!/bin/sh
# Makes the virtual environment for `make`. Checks the prerequisites first: one line each says what is missing
# and how to get it. Safe to run again.
set -eu

PYTHON="${PYTHON:-python3}"
VENV="${VENV:-.venv}"
EXTRAS="${EXTRAS:-peft,openai,web,plots,tensorboard,wandb,mlflow,trackio,dev}"

missing=0
lacks() {
    echo "missing: $1. $2" >&2
    missing=1
}

if ! command -v "$PYTHON" >/dev/null 2>&1; then
    lacks "Python 3.11 or newer" "Debian, Ubuntu: apt install python3 python3-venv; or name one: make PYTHON=python3.12 setup"
elif ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    lacks "Python 3.11 or newer ($PYTHON is $("$PYTHON" -V 2>&1))" "Debian 12, Ubuntu 24.04: apt install python3; or name one: make PYTHON=python3.12 setup"
elif ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
    lacks "Python's venv module" "Debian, Ubuntu: apt install python3-venv"
fi
command -v cc >/dev/null 2>&1 || lacks "cc, the linker that rustc calls" "Debian, Ubuntu: apt install gcc libc6-dev"
rust="see https://rustup.rs, or Debian, Ubuntu: apt install rustup && rustup default stable"
command -v rustc >/dev/null 2>&1 || lacks "rustc" "$rust"
command -v rustfmt >/dev/null 2>&1 || lacks "rustfmt" "rustup component add rustfmt (no rustup: $rust)"
{ command -v cargo-clippy >/dev/null 2>&1 && command -v clippy-driver >/dev/null 2>&1; } ||
    lacks "clippy" "rustup component add clippy (no rustup: $rust)"
[ "$missing" -eq 0 ] || exit 3

# rustup's proxies exist even where no toolchain is behind them.
rustc --print sysroot >/dev/null 2>&1 || { echo "missing: a Rust toolchain (rustc --print sysroot failed). rustup default stable" >&2; exit 3; }

[ -x "$VENV/bin/python" ] || "$PYTHON" -m venv "$VENV"

# A machine without an NVIDIA GPU wants PyTorch's CPU build (200 MB instead of gigabytes). It lies on PyTorch's own
# index; where that cannot be reached within a few seconds, pip takes what its other sources offer.
torch_index=""
if ! { command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1; }; then
    cpu_index="https://download.pytorch.org/whl/cpu"
    if "$VENV/bin/python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + "/torch/", timeout=5)' "$cpu_index" >/dev/null 2>&1; then
        torch_index="--extra-index-url $cpu_index"
    fi
fi

echo "installing ferrobench[$EXTRAS] into $VENV (versions: constraints.txt)"
# shellcheck disable=SC2086  # torch_index is empty or two words, on purpose
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt $torch_index -e ".[$EXTRAS]"
