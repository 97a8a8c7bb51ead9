"""`voice-coach history`: how it has been, as a table, CSV, JSON or a page with a plot."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from voice_coach.cli.context import Choice, FileName
from voice_coach.faults import StorageFault
from voice_coach.journal import running_since
from voice_coach.journal.database import Damaged, connect_to_read, journal_file
from voice_coach.journal.reading import Visit, visits
from voice_coach.journal.report import as_csv, as_json, as_text, page

NO_JOURNAL = "none"
"""The setting `journal` of who wants none to be kept."""


@click.command()
@click.option(
    "--journal",
    type=FileName(),
    help="The journal to read instead of the usual one.",
)
@click.option("--csv", "form", flag_value="csv", help="Print the table as CSV.")
@click.option("--json", "form", flag_value="json", help="Print all that is known as JSON.")
@click.option(
    "--html",
    type=FileName(),
    help="Write one page with a plot and the table here.",
)
@click.pass_obj
def history(choice: Choice, journal: Path | None, form: str | None, html: Path | None) -> None:
    """Show the sessions so far: the pain before and after, heat and ice, and what was done.

    A resumed session counts as one. Times are in this machine's time zone; in JSON they are in UTC.
    """
    found = read_visits(journal or _chosen(choice))
    if html is not None:
        _write_page(html, found)
    if form == "csv":
        click.echo(as_csv(found), nl=False)
    elif form == "json":
        click.echo(as_json(found))
    elif html is None:
        click.echo(as_text(found))


def _chosen(choice: Choice) -> Path:
    chosen = choice.load().settings.journal
    if chosen == NO_JOURNAL:
        raise StorageFault(
            f'No journal is kept: journal = "{NO_JOURNAL}"', "name one with --journal"
        )
    return journal_file(chosen)


def read_visits(path: Path) -> list[Visit]:
    """Return the sessions in a journal; none where there is no journal yet.

    Raises:
        StorageFault: it cannot be read.
    """
    if not path.exists():
        return []
    try:
        with closing(connect_to_read(path)) as connection:
            return visits(connection, running_since=running_since(path))
    except Damaged as damage:
        raise StorageFault(
            f"The journal {path} is damaged ({damage})",
            "the next session keeps it under another name, and begins a new one",
        ) from damage


def _write_page(path: Path, found: list[Visit]) -> None:
    try:
        path.write_text(page(found), encoding="utf-8")
    except OSError as error:
        raise StorageFault(
            f"{path} cannot be written: {error.strerror}", "name another file"
        ) from error
    click.echo(f"The page is in {path}.")
