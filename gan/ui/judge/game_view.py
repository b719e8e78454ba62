"""What the game "Which is real?" shows before a round is over, as pure functions."""

from collections.abc import Sequence

from gan.checkpoint.info import ModelInfo
from gan.ui.markup import Markup, html, joined


def frame() -> Markup:
    """What game.js fills: an invitation, and in its place a round once it is accepted."""
    return html(
        """<section class="game" aria-label="The game: which is real?">
  <div class="game-invite" data-part="invite">
    <div><h2>Which is real?</h2><p>Twenty pictures, half of them real. You vote, the discriminator votes, and
      then you see who was fooled. It takes two minutes.</p></div>
    <button type="button" class="game-go" data-do="play">Play: which is real?</button>
  </div>
  <div class="game-panel" data-part="panel" hidden>
    <div class="game-head"><h2>Which is real?</h2>
      <div class="game-moves"><button type="button" data-do="again">New round</button>
      <button type="button" data-do="close" aria-label="Close the game">Close</button></div></div>
    <p class="game-about" data-part="about"></p>
    <label class="field game-when" data-part="when" hidden>How long the generator had learnt
      <select data-part="moments"></select></label>
    <p class="game-notice" role="status" data-part="notice"></p>
    <div class="game-round" data-part="round">
      <div class="game-stage" data-part="stage" tabindex="-1" role="group" aria-label="The picture to judge">
        <canvas class="pixels" data-part="picture" role="img" aria-label="A picture"></canvas></div>
      <div class="game-count"><div class="game-bar" data-part="bar" aria-hidden="true"></div>
        <p role="status" data-part="count"></p></div>
      <div class="game-votes" data-part="votes">
        <button type="button" class="is-real" data-say="real">● Real <kbd>←</kbd></button>
        <button type="button" class="is-fake" data-say="generated">◆ Generated <kbd>→</kbd></button>
      </div>
      <div class="game-keys"><p>Keys: <kbd>←</kbd> or <kbd>R</kbd> for real, <kbd>→</kbd> or <kbd>G</kbd>
        for generated, <kbd>⌫</kbd> to take one back.</p>
        <button type="button" data-do="send" data-part="send" hidden>Send my votes again</button>
        <button type="button" data-do="back" disabled>Take one back</button></div>
    </div>
    <div class="game-answer" data-part="answer" hidden></div>
  </div>
</section>"""
    )


def about(info: ModelInfo, step: int | None) -> str:
    """What lies there to be told apart."""
    when = "" if step is None else f" at step {step:,}"
    return (
        f"Half are real: {info.dataset}, held out from training. Half are made by the generator of "
        f"{info.title}{when}. At the end you see which, and how D voted."
    )


def moments(steps: Sequence[int], trained: int, chosen: int | None) -> Markup:
    """Options for a <select>: the model as it is and the kept steps of its run; else none."""
    if not steps:
        return html("")
    others = ((step, f"at step {step:,}") for step in steps if step != trained)
    offered = [("", f"as it was kept, step {trained:,}"), *others]
    selected = "" if chosen is None else chosen
    return joined(
        html('<option value="{}"{}>{}</option>', value, html(" selected") if value == selected else "", words)
        for value, words in offered
    )
