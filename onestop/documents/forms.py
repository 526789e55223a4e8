"""A paper on a form: it begins with letterhead and title, its further pages repeat the title."""

from collections.abc import Sequence

from onestop.documents.blocks import form_title, letterhead, plain_title
from onestop.documents.layout import Compose, Density, Story
from onestop.documents.sheets import PaperSize, Rendered, render
from onestop.queries.papers import FilledForm


def form_story(row: FilledForm, density: Density, width: float) -> Story:
    """Return a story that begins with the letterhead and the title of the row's form."""
    story = Story(width, density)
    letterhead(story, row.form, row.letterhead)
    form_title(story, row.form.title)
    return story


def render_form(
    compose: Compose,
    row: FilledForm,
    *,
    running: str,
    paper: PaperSize,
    copies: Sequence[str] = ("",),
) -> Rendered:
    """Return the form as PDF; `running` follows its title at the top of every further page."""
    title = plain_title(row.form)
    return render(
        compose,
        title=title,
        running_head=f"{title} {running}",
        paper=paper,
        copies=copies,
        is_sample=row.is_sample,
    )
