"""What a host sets: every limit by a flag and by a variable; what makes no sense is refused in a sentence."""

import socket
from dataclasses import fields

import gradio as gr
import pytest
from serving import ROOT

from gan import options
from gan.limits import Limits
from gan.ranges import ConfigError
from gan.studio import Studio
from gan.ui import page

KINDS = {int: "70", float: "20.5", bool: "1"}
SPACE = {"SYSTEM": "spaces", "OAUTH_CLIENT_SECRET": "secret"}


@pytest.mark.parametrize("one", fields(Limits), ids=lambda one: one.name)
def test_every_limit_has_a_flag_and_a_variable(one):
    text = KINDS[one.type]
    if one.name in options.LEAST:
        text = str(max(options.LEAST[one.name], one.type(float(text))))
    flag = [f"--{one.name.replace('_', '-')}", *([] if one.type is bool else [text])]
    for asked in (options.parse(flag, {}), options.parse([], {f"GAN_STUDIO_{one.name.upper()}": text})):
        assert getattr(asked.limits, one.name) == one.type(float(text))
        assert type(getattr(asked.limits, one.name)) is one.type


def test_the_readme_names_every_limit_as_it_is():
    comments, text = options._comments(), (ROOT / "README.md").read_text(encoding="utf-8")
    for one in fields(Limits):
        row = f"| `--{one.name.replace('_', '-')}` | {options._spoken(one)} | {comments[one.name]} |"
        assert row in text, row


def test_a_flag_counts_more_than_a_variable():
    asked = options.parse(["--no-read-only", "--run-seconds", "25"],
                          {"GAN_STUDIO_READ_ONLY": "yes", "GAN_STUDIO_RUN_SECONDS": "9"})  # fmt: skip
    assert (asked.limits.read_only, asked.limits.run_seconds) == (False, 25)
    assert options.parse([], {"GAN_STUDIO_HOST": "0.0.0.0"}).host == "0.0.0.0"
    assert options.parse([], {"GAN_STUDIO_UPLOAD_BYTES": "1.5 GB"}).limits.upload_bytes == 1.5 * 2**30


@pytest.mark.parametrize("arguments, environment, words", [
    (["--run-seconds", "soon"], {}, "--run-seconds: it must be a number, not “soon”"),
    (["--run-batch", "2.5"], {}, "a whole number"),
    (["--pause-seconds", "-1"], {}, "pause_seconds must be a number from 0"),
    (["--pause-seconds", "nan"], {}, "pause_seconds must be a number from 0"),
    ([], {"GAN_STUDIO_RUN_SECONDS": "0"}, "--run-seconds must be at least 15"),
    (["--upload-bytes", "much"], {}, "such as 200MB"),
    ([], {"GAN_STUDIO_READ_ONLY": "perhaps"}, "GAN_STUDIO_READ_ONLY: it must be 1 or 0"),
    ([], {"GAN_STUDIO_DEVICE": "tpu"}, "auto, cpu, cuda, mps"),
    ([], {"GAN_STUDIO_RUN_SECOND": "3"}, "GAN_STUDIO_RUN_SECONDS is one"),
    (["--run-seconds", "1e9"], {}, "--run-seconds must be at most 1,000,000"),
    (["--run-grid-seconds", "4000"], {}, "--run-grid-seconds must be at most 3,600"),
    (["--unwatched-seconds", "0"], {}, "--unwatched-seconds must be at least 30"),
    (["--visitor-runs", "0"], {}, "--visitor-runs must be at least 1"),
    (["--request-bytes", "100"], {}, "--request-bytes must be at least 0.0625MB"),
    (["--decode-bytes", "1MB"], {}, "--decode-bytes must be at least 64MB"),
    (["--port", "70000"], {}, "--port: it must be a number from 1 to 65535, not “70000”"),
    ([], {"GAN_STUDIO_PORT": "0"}, "GAN_STUDIO_PORT: it must be a number from 1"),
    (["--root-path", "/g an"], {}, "--root-path: it must be a path such as /gan"),
    (["--root-path", "ftp://example.org/gan"], {}, "--root-path: it must be a path such as /gan"),
    (["--checkpoints", __file__], {}, "is not a folder"),
    ([], {"GAN_STUDIO_USERS": "ann"}, "name:password"),
    ([], {"GAN_STUDIO_USERS": "ann:1\nann:2"}, "2 accounts named ann"),
    (["--users-file", "nowhere"], {}, "nowhere can't be read"),
    (["--hf-login"], {"SYSTEM": "spaces"}, "hf_oauth: true"),
    (["--hf-login"], SPACE | {"GAN_STUDIO_USERS": "ann:1"}, "no accounts beside it"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_at_start(arguments, environment, words, capsys):
    with pytest.raises(SystemExit) as end:
        options.parse(arguments, environment)
    said = capsys.readouterr().err
    assert end.value.code == 2 and words in said and "Traceback" not in said


def test_a_variable_that_says_nothing_is_as_good_as_none():
    unset = vars(options.parse([], {}))
    for action in options._parser()._actions[1:]:
        assert vars(options.parse([], {f"GAN_STUDIO_{action.dest.upper()}": " "})) == unset


@pytest.mark.parametrize("text, path", [
    ("/gan", "/gan"), ("/gan/", "/gan"), ("gan", "/gan"), ("/", ""), ("/a/b/", "/a/b"),
    ("https://example.org/gan/", "https://example.org/gan"), ("https://example.org/", "https://example.org"),
])  # fmt: skip
def test_the_path_behind_a_proxy_may_be_written_in_many_ways(text, path):
    assert options.parse(["--root-path", text], {}).root_path == path


def test_an_address_of_the_newer_kind_needs_no_brackets():
    for host, asked in (("::1", "[::1]"), ("[::]", "[::]"), ("127.0.0.1", "127.0.0.1"), ("pi", "pi")):
        assert options.parse(["--host", host], {}).host == asked


def test_where_nothing_can_be_served_is_told_in_a_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Port {taken} is taken by another program"):
            options.check_place(None, taken)
    for host in ("nowhere.invalid", "999.1.1.1", "192.0.2.1", "." * 70):
        with pytest.raises(ConfigError, match="this machine has no address"):
            options.check_place(host, None)
    options.check_place("0.0.0.0", None)


def test_accounts_come_from_a_file_and_from_a_variable(tmp_path):
    (tmp_path / "users").write_text("ann:se:cret\n\nböb: with spaces \n")
    asked = options.parse(["--users-file", str(tmp_path / "users")], {"GAN_STUDIO_USERS": "cy:3"})
    assert asked.accounts == {"ann": "se:cret", "böb": " with spaces", "cy": "3"}
    assert options.parse([], {}).accounts == {}
    (tmp_path / "users").write_bytes("\N{ZERO WIDTH NO-BREAK SPACE}ann:1\r\n".encode())  # as Notepad does
    assert options.parse(["--users-file", str(tmp_path / "users")], {}).accounts == {"ann": "1"}
    assert options.parse(["--hf-login"], SPACE).hf_login


def test_accounts_in_another_encoding_are_refused(tmp_path, capsys):
    (tmp_path / "users").write_bytes("ann:1".encode("utf-16"))
    with pytest.raises(SystemExit):
        options.parse(["--users-file", str(tmp_path / "users")], {})
    assert "is not UTF-8 text" in capsys.readouterr().err


def test_the_page_can_be_built_with_the_least_of_everything(tmp_path):
    least = {f"GAN_STUDIO_{one.name.upper()}": str(options.LEAST.get(one.name, 0)) for one in fields(Limits)}
    studio = Studio(tmp_path, "cpu", options.parse([], least | {"GAN_STUDIO_READ_ONLY": "0"}).limits)
    sliders = [one for one in page.build_page(studio).blocks.values() if isinstance(one, gr.Slider)]
    assert sliders and all(one.minimum <= one.value <= one.maximum for one in sliders)
    studio.runs.close()


def test_limits_are_checked():
    with pytest.raises(ConfigError, match="run_batch"):
        Limits(run_batch=-1)
    with pytest.raises(ConfigError, match="looking only"):
        Limits(read_only=True).check_open()
