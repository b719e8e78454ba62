"""The page: its tabs, its look, and the options it is served with."""

from importlib.util import find_spec
from urllib.parse import quote

import gradio as gr
from starlette.middleware import Middleware

from gan.ui.explore import tab as explore
from gan.ui.inputs import Blocks
from gan.ui.judge import tab as judge
from gan.ui.markup import Markup, html
from gan.ui.parts import HERE
from gan.ui.scripts import scripted, tags
from gan.ui.server import fetching, sessions, uploads
from gan.ui.server.door import Door, hugging_face_user
from gan.ui.server.guard import Guard
from gan.ui.server.preview import Preview
from gan.ui.server.proxied import Rooted
from gan.ui.theme import theme
from gan.ui.train import tab as train
from gan.ui.train.following import left, seen
from gan.ui.translate import tab as translate

HEADER = html(
    '<header class="masthead"><h1>GAN Studio</h1><p>A <b class="fake">Generator</b> (G) makes images out of '
    'random numbers (z); a <b class="real">Discriminator</b> (D) learns to tell them from real ones.</p>'
    "</header>"
)

SESSIONS = 1000  # that Gradio remembers: any request may begin one

STYLES = ("style.css", "gradio.css", "explore/explore.css", "explore/styles.css", "explore/sums.css",
          "explore/through.css", "explore/seed_map.css", "explore/sketch.css", "inside.css", "drawing.css",
          "train/settings.css", "train/run.css", "train/loop.css", "judge/judge.css", "judge/game.css",
          "translate/translate.css")  # fmt: skip

# The key in the address, the title, and build(studio, tab), which fills the tab; a list of models refreshes
# itself on `tab.select`, so that a run's model is there as soon as anyone looks.
TABS = (
    ("explore", "Explore", explore.build), ("judge", "Judge", judge.build),
    ("translate", "Translate", translate.build), ("train", "Train", train.build),
)  # fmt: skip


class Page(Blocks):
    """Without the stream that Gradio keeps open for each tab: a browser has six connections to a host, and
    nothing here waits for a tab to go. A run that nobody asks about any more ends by itself."""

    def get_config_file(self) -> dict:
        return super().get_config_file() | {"connect_heartbeat": False}


def build_page(studio, tabs=TABS, hf_login: bool = False) -> gr.Blocks:
    """The whole page over a Studio; `launch(**launch_options(studio))` serves it."""
    with Page(title="GAN Studio", analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as page:
        scripted("watch", seen, left, studio=studio, styled=True, value=HEADER)
        if hf_login:
            gr.LoginButton(size="sm")
        with gr.Tabs(elem_id="tabs") as shown:
            for key, title, build in tabs:
                with gr.Tab(title, id=key, elem_id=f"tab-{key}") as tab:
                    build(studio, tab)
        keys = [key for key, _, _ in tabs]
        page.load(_tab_of_address(keys), outputs=shown, queue=False, api_visibility="private",
                  show_progress="hidden")  # fmt: skip
    _show_no_hidden_progress(page)
    # what goes through the queue can't be asked for beside it
    page.queue(default_concurrency_limit=2, max_size=64, api_open=False)
    # Gradio looks a thousand times a second whether something has come, which takes a run 5 % of a core.
    # What is dragged does not wait in its queue.
    page._queue.sleep_when_free, page._queue.progress_update_sleep_when_free = 0.02, 0.05
    sessions.install(page)
    return page


def _show_no_hidden_progress(page: gr.Blocks):
    """What hides its progress has no place for it: Gradio tells each place of every event on the page,
    and looks for it through all parts, which takes a third of the time that the page needs to open."""
    for event in page.fns.values():
        if event.show_progress == "hidden":
            event.show_progress_on = []


def launch_options(studio, accounts: dict[str, str] | None = None, hf_login: bool = False) -> dict:
    """Options for `Blocks.launch`: the look, the limits that Gradio itself holds to, and who may come in.

    accounts: name -> password. hf_login: whoever has logged in with Hugging Face.
    """
    uploads.install()
    fetching.install(studio.limits)
    door = {"auth": list(accounts.items())} if accounts else {}
    if hf_login:
        door = {"auth_dependency": hugging_face_user}
    return door | {
        "theme": theme(),
        "favicon_path": HERE / "favicon.svg",
        "css_paths": [HERE / name for name in STYLES],
        "mcp_server": find_spec("mcp") is not None,  # what gradio[mcp] adds
        "app_kwargs": {
            "middleware": [
                Middleware(Rooted),
                Middleware(Guard, limits=studio.limits),
                Middleware(Door, read_only=studio.limits.read_only),
                Middleware(Preview, studio=studio, always=head()),
            ]
        },
        "footer_links": ["api"],
        "state_session_capacity": SESSIONS,
        "run_history": False,  # it would keep one pupil's work in a shared browser
        "show_error": True,
        "_frontend": False,  # Gradio would ask for the page once more, and end where that takes three seconds
        "max_file_size": studio.limits.upload_bytes,
    }


def head() -> Markup:
    """The icon and the scripts, in the page itself: they need no address behind a proxy."""
    icon = quote((HERE / "favicon.svg").read_text(encoding="utf-8"))
    return html('<link rel="icon" href="data:image/svg+xml,{}">{}', icon, tags())


def _tab_of_address(keys: list[str]):
    def opened(request: gr.Request):
        key = request.query_params.get("tab")
        return gr.Tabs(selected=key) if key in keys else gr.skip()

    return opened
