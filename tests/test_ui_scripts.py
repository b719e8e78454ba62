"""The page's scripts as the page brings them: each by its name, with the names of what it imports."""

import json
import re
from urllib.parse import unquote

from gan.ui import scripts

MAP, BEGIN = scripts.tags().split("</script>", 1)


def test_the_map_holds_every_script_word_for_word_but_for_where_its_imports_lie():
    imports = json.loads(MAP.removeprefix('<script type="importmap">'))["imports"]
    assert set(imports) == {f"gan/{name}" for name in scripts.SOURCES} and "gan/page.js" in BEGIN
    for name, source in scripts.SOURCES.items():
        text = unquote(imports[f"gan/{name}"].partition(",")[2])
        lines = source.splitlines()
        assert len(lines) + 1 == len(text.splitlines())  # an error's line is the file's
        changed = [one for one, line in zip(text.splitlines(), lines, strict=False) if one != line]
        assert all(re.fullmatch(r'.*\bfrom "gan/[\w/]+\.js";', line) for line in changed)
        assert set(re.findall(r'^(?:import|\S.*?) from "(.*?)";$', text, re.M)) <= set(imports)


def test_nothing_in_a_script_ends_the_map_or_the_address(monkeypatch):
    assert "<" not in MAP.removeprefix("<") and "#" not in MAP and "\n" not in MAP
    odd = "const a = '</script><!--' + \"\\\\#%20 é\";\n"
    monkeypatch.setitem(scripts.SOURCES, "odd.js", odd)
    written = scripts.address("odd.js")
    assert not set('<"\\#\n') & set(written)
    assert unquote(written.partition(",")[2]) == f"{odd}//# sourceURL=gan/odd.js"
