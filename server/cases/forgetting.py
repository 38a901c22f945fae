"""What goes from a case when its records are destroyed under a retention rule: what was written, once the last of its
records is gone. Who did what, and when, stays. An open case keeps its records from being destroyed.
"""

import sqlite3


def forget_words(connection: sqlite3.Connection, record: str) -> None:
    """In the transaction that destroyed `record`: the words of every case that holds no other that still stands."""
    connection.execute(
        """
        DELETE FROM desk_said WHERE desk IN (
            SELECT c.desk FROM case_record c WHERE c.record = ? AND NOT EXISTS (
                SELECT 1 FROM case_record other JOIN record_version v ON v.record = other.record
                WHERE other.desk = c.desk))
        """,
        (record,),
    )


def is_in_open_case(connection: sqlite3.Connection, subject: str) -> bool:
    """Whether a case that is not closed holds what retention calls "record/<id>"."""
    row = connection.execute(
        """
        SELECT 1 FROM case_record c WHERE c.record = ? AND coalesce((
            SELECT a.what FROM desk_act a WHERE a.desk = c.desk AND a.what IN ('closed', 'reopened')
            ORDER BY a.version DESC LIMIT 1), '') <> 'closed'
        """,
        (subject.removeprefix("record/"),),
    ).fetchone()
    return row is not None
