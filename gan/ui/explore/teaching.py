"""Where a slider is taught by clicking, as HTML; teach.js fills it and teach.py answers it."""

from gan.studio import LEAST_MARKS
from gan.ui.help import explain
from gan.ui.markup import html

ABOUT_TEACHING = explain(
    "Your marks teach a small classifier what you mean. It looks at thousands of other images of this "
    "model, and the direction along which what you mean comes or goes becomes a slider. Its figures are of "
    "500 fresh seeds, as your classifier sees them: on how many 3 σ flip it, and on how many they flip "
    "another label. The slider goes with every link to the image, stays in this browser, and can be saved as "
    "a file.",
    "Teaching a slider",
)
TEACHING = html(
    """<details class="teach" data-part="teach"><summary>Teach a slider by clicking</summary>
<p class="hint">Think of something that some of these pictures have. Press those that have it once, and those
that have it not twice: at least {least} of each, better ten. {about}</p>
<div class="pupils" data-part="pupils" role="group" aria-label="Pictures to mark"></div>
<p class="lesson" role="status" data-part="lesson"></p>
<div class="buttons"><label>Its name <input type="text" data-field="lesson" maxlength="40"
  placeholder="such as curls" autocomplete="off"></label>
<button type="button" data-teach="learn">Teach the slider</button>
<button type="button" data-teach="more">Other pictures</button>
<button type="button" data-teach="undo">Undo a mark</button>
<button type="button" data-teach="clear">No marks</button>
<button type="button" data-teach="open">Open a slider…</button>
<input type="file" accept=".json,application/json" hidden data-part="slider-file"></div></details>""",
    least=LEAST_MARKS, about=ABOUT_TEACHING,
)  # fmt: skip
