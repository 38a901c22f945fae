"""Tells the tablets which form versions are current, whenever the server starts with new ones."""

import sqlite3

from observation_forms import Catalogue
from sync import publish


def publish_forms(connection: sqlite3.Connection, catalogue: Catalogue) -> None:
    """Publish the newest version of each form to every service, and take back the forms that are no longer
    offered.
    """
    offered = {form.definition.form: form for form in catalogue.current_forms()}
    for name, form in offered.items():
        definition = form.definition
        body = {
            "id": name,
            "version": definition.version,
            "hash": form.hash,
            "code": definition.code,
            "title": definition.title,
            "minutes": definition.minutes,
        }
        publish(connection, "", "form", name, body)
    known = connection.execute(
        "SELECT id FROM change WHERE service = '' AND kind = 'form' AND deleted = 0"
    ).fetchall()
    for row in known:
        if row["id"] not in offered:
            publish(connection, "", "form", row["id"], None)
