"""A temporary folder of the program's own: another's is left alone, a dead one's is cleared away."""

import os

import pytest

from gan.system import temporary

pytestmark = pytest.mark.skipif(temporary.fcntl is None, reason="Windows has no such locks")


def test_only_what_nobody_holds_is_removed(tmp_path):
    held, lock = temporary._held(tmp_path)
    dead, gone = temporary._held(tmp_path)
    os.close(gone)  # as when its process was killed
    for other in ("gan-studio-of-a-script", "gradio"):
        (tmp_path / other).mkdir()
    (dead / "states").mkdir()
    (dead / "states" / "1.safetensors").write_bytes(b"1")
    temporary.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {held.name, "gan-studio-of-a-script", "gradio"}
    os.close(lock)


def test_a_link_in_its_place_is_not_followed(tmp_path):
    target = tmp_path / "somebody's"
    target.mkdir()
    (target / "file").touch()
    (tmp_path / f"{temporary.PREFIX}link").symlink_to(target)
    temporary.sweep(tmp_path)
    assert (target / "file").exists()


def test_a_folder_swept_before_it_was_held_is_made_anew(tmp_path, monkeypatch):
    made, really = [], temporary._lock

    def lock(folder):
        made.append(folder)
        if len(made) == 1:
            folder.rmdir()
        return really(folder)

    monkeypatch.setattr(temporary, "_lock", lock)
    folder, held = temporary._held(tmp_path)
    assert len(made) == 2 and folder == made[1] and folder.is_dir()
    os.close(held)
