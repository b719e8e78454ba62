"""What a host sets when the page is started: flags of app.py, each also an environment variable.

`--run-seconds 300` and GAN_STUDIO_RUN_SECONDS=300 say the same; a Space has the variables alone. The flag
counts where both are given. Every field of Limits is such an option, its comment the help.
"""

import argparse
import difflib
import errno
import inspect
import ipaddress
import os
import re
import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gan.config import DEVICES
from gan.limits import Limits
from gan.ranges import ConfigError

PREFIX = "GAN_STUDIO_"
OTHERS = (f"{PREFIX}DATA", f"{PREFIX}USERS")  # read elsewhere, and below
MODELS = Path(__file__).parent.parent / "checkpoints"
# With less the page has no sliders to show, or can do nothing of the kind: --read-only says so clearer.
LEAST = {
    "run_seconds": 15, "run_batch": 16, "run_grid_images": 1, "run_memory_bytes": 2**30, "runs_at_once": 1,
    "visitor_runs": 1, "address_runs": 1, "server_runs": 1, "visitor_runs_going": 1, "visitor_models": 1,
    "server_models": 1, "unwatched_seconds": 30, "name_length": 10, "states_kept": 2, "generate_images": 1,
    "walk_frames": 3, "walk_seeds": 2, "judge_images": 1, "image_pixels": 4096, "image_side": 64,
    "decode_seconds": 0.1, "decode_bytes": 64 * 2**20, "decode_waiting": 1, "train_images_least": 2,
    "request_bytes": 64 * 2**10, "request_values": 1000, "request_depth": 8,
}  # fmt: skip
MOST = {"run_seconds": 10**6, "run_grid_seconds": 3600}  # as TrainConfig has it
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")
UNITS = {"": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        self.exit(2, f"{message.removeprefix('argument ')}\n`{self.prog} --help` lists what can be set.\n")


def parse(
    arguments: list[str] | None = None, environment: Mapping[str, str] = os.environ
) -> argparse.Namespace:
    """All options by name, with "limits" a Limits and "accounts" {name: password}. Exits with a sentence."""
    parser = _parser()
    _take_environment(parser, environment)
    asked = parser.parse_args(arguments)
    values = vars(asked)
    try:
        _check_bounds(values)
        asked.limits = Limits(**{one.name: values.pop(one.name) for one in fields(Limits)})
        asked.accounts = _accounts(asked.users_file, environment.get(f"{PREFIX}USERS", ""))
    except OSError as error:
        parser.error(f"{asked.users_file} can't be read: {error.strerror}.")
    except ConfigError as error:
        parser.error(str(error))
    if asked.hf_login and (asked.accounts or not _has_login(environment)):
        parser.error(
            "A login with Hugging Face needs a Space whose README says hf_oauth: true, and no accounts "
            "beside it."
        )
    return asked


def check_place(host: str | None, port: int | None):
    """Raises ConfigError, a sentence, where nothing can be served at that address of this machine.

    Without a port the next free one is taken; without a host, the machine's own.
    """
    host = (host or "127.0.0.1").strip("[]")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port or 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if os.name != "nt":  # where it would let two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        raise ConfigError(_unserved(host, port, getattr(error, "errno", None))) from error


def _unserved(host: str, port: int | None, number: int | None) -> str:
    if number == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: choose another with --port."
    if number == errno.EACCES:
        return f"Port {port} needs administrator rights: choose one from 1024 up with --port."
    return f"--host: this machine has no address “{host}”; 0.0.0.0 stands for all that it has."


def _check_bounds(values: dict):
    for name, least in LEAST.items():
        if values[name] < least:
            raise ConfigError(f"{_flag(name)} must be at least {_said(name, least)}.")
    for name, most in MOST.items():
        if values[name] > most:
            raise ConfigError(f"{_flag(name)} must be at most {_said(name, most)}.")
    if values["checkpoints"].exists() and not values["checkpoints"].is_dir():
        raise ConfigError(f"--checkpoints: {values['checkpoints']} is not a folder.")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _has_login(environment: Mapping[str, str]) -> bool:
    """Gradio signs its cookies with a secret that a Space alone has."""
    return environment.get("SYSTEM") == "spaces" and bool(environment.get("OAUTH_CLIENT_SECRET"))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "app.py",
        allow_abbrev=False,
        description="GAN Studio: explore, judge and train small GANs on one web page.",
        epilog=f"Each option is also an environment variable, such as {PREFIX}RUN_SECONDS=300.",
    )
    parser.add_argument("--checkpoints", type=Path, default=MODELS, help="the folder of models")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument("--host", type=_host, help="0.0.0.0 opens the page to the network, :: with IPv6")
    parser.add_argument("--port", type=_port, help="7860, or the next free one")
    parser.add_argument(
        "--root-path", type=_root_path, help="behind a proxy: the page's path, or whole address, there"
    )
    parser.add_argument(
        "--users-file",
        type=Path,
        metavar="FILE",
        help="asks for a name and a password; the file holds one name:password per line; the "
        f"variable {PREFIX}USERS holds the lines themselves",
    )
    _add_switch(parser, "hf-login", "asks for a login with Hugging Face; in a Space with hf_oauth: true")
    _add_switch(parser, "share", "a public link through Gradio's tunnel")
    _add_switch(parser, "open", "open the page in this machine's browser")
    limits, comments = parser.add_argument_group("limits"), _comments()
    for one in fields(Limits):
        _add_limit(limits, one, comments.get(one.name, ""))
    return parser


def _add_switch(parser, name: str, about: str, default: bool = False):
    parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=default, help=about)


def _add_limit(group, one: Field, comment: str):
    name, about = one.name.replace("_", "-"), f"{comment} (default: {_spoken(one)})".replace("%", "%%")
    if one.type in (bool, "bool"):
        return _add_switch(group, name, about, bool(one.default))
    kind = _bytes if one.name.endswith("_bytes") else _whole if one.type in (int, "int") else _number
    group.add_argument(f"--{name}", type=kind, default=one.default, metavar="N", help=about)


def _spoken(one: Field) -> str:
    default: Any = one.default  # of Limits each field has one
    return ("no", "yes")[default] if isinstance(default, bool) else _said(one.name, default)


def _said(name: str, value: float) -> str:
    return f"{value / 2**20:.10g}MB" if name.endswith("_bytes") else f"{value:,.10g}"


def _comments() -> dict[str, str]:
    """Field of Limits -> the comment beside it."""
    lines = inspect.getsource(Limits).splitlines()
    found = (re.match(r"    (\w+): \w+ = [^#]+#\s*(.+)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def _take_environment(parser: argparse.ArgumentParser, environment: Mapping[str, str]):
    """Puts what the variables say in place of the defaults; one that says nothing is as good as none."""
    actions = {PREFIX + action.dest.upper(): action for action in parser._actions if action.dest != "help"}
    for name in environment:
        if name in actions and environment[name].strip():
            try:
                parser.set_defaults(**{actions[name].dest: _value(actions[name], environment[name].strip())})
            except argparse.ArgumentTypeError as error:
                parser.error(f"{name}: {error}")
        elif name.startswith(PREFIX) and name not in (*actions, *OTHERS):
            near = difflib.get_close_matches(name, (*actions, *OTHERS), 1)
            parser.error(f"There is no variable {name}{f'; {near[0]} is one' if near else ''}.")


def _value(action: argparse.Action, text: str):
    if isinstance(action, argparse.BooleanOptionalAction):
        if text.lower() not in YES + NO:
            raise argparse.ArgumentTypeError(f"it must be 1 or 0, not “{text}”")
        return text.lower() in YES
    if action.choices and text not in action.choices:
        raise argparse.ArgumentTypeError(f"it must be one of {', '.join(action.choices)}, not “{text}”")
    return action.type(text) if callable(action.type) else text


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"it must be a whole number, not “{text}”") from None


def _port(text: str) -> int:
    if not 0 < _whole(text) < 2**16:
        raise argparse.ArgumentTypeError(f"it must be a number from 1 to 65535, not “{text}”")
    return int(text)


def _host(text: str) -> str | None:
    """A name or an address, in brackets where it has colons, as in an address of the web."""
    try:
        return f"[{text}]" if ipaddress.ip_address(text).version == 6 else text
    except ValueError:
        return text.strip() or None


def _root_path(text: str) -> str:
    """“/gan”, or “https://example.org/gan”; "" is the root."""
    parts = urlsplit(text.strip())
    whole = parts.scheme in ("http", "https") and parts.netloc
    if parts.query or parts.fragment or re.search(r"\s", text) or not (whole or parts[:2] == ("", "")):
        such = "a path such as /gan, or https://example.org/gan"
        raise argparse.ArgumentTypeError(f"it must be {such}, not “{text}”")
    path = f"/{parts.path.strip('/')}".rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}" if whole else path


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"it must be a number, not “{text}”") from None


def _bytes(text: str) -> int:
    """“200MB”, “1.5 GB” or a number of bytes."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(KB|MB|GB|TB|)B?", text.strip().upper())
    if not match:
        raise argparse.ArgumentTypeError(f"it must be a number of bytes, such as 200MB, not “{text}”")
    return int(float(match[1]) * UNITS[match[2]])


def _accounts(file: Path | None, lines: str) -> dict[str, str]:
    """Name -> password. Raises ConfigError or OSError."""
    text = f"{lines}\n{_text(file) if file else ''}"
    pairs = [line.strip().partition(":") for line in text.splitlines() if line.strip()]
    if any(not name or not password for name, _, password in pairs) or (file and not pairs):
        raise ConfigError("Write accounts as name:password, one per line.")
    name, count = max(Counter(name for name, _, _ in pairs).items(), key=lambda one: one[1], default=("", 0))
    if count > 1:
        raise ConfigError(f"There are {count} accounts named {name}: keep only one of them.")
    return {name: password for name, _, password in pairs}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")  # editors of Windows put a mark at its beginning
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not UTF-8 text: save it as UTF-8.") from None
