"""Every table of this room, in the SQL of its migrations.

STRICT tables, plain types, no stored expressions: what is here runs on PostgreSQL with little change.
Instants are text in UTC ("2026-03-29T01:30:00Z"); text of one length sorts as time does. Yes/no is 0 or 1.
"""

LEDGER = (
    # AUTOINCREMENT: without it the newest number is given out again after a failed or removed row
    """
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        standing TEXT NOT NULL CHECK (standing IN ('stored', 'held', 'conflict')),
        record TEXT NOT NULL,
        version INTEGER NOT NULL,
        service TEXT NOT NULL,
        tablet TEXT NOT NULL,
        tablet_seq INTEGER NOT NULL,
        tablet_prev TEXT NOT NULL,
        body BLOB NOT NULL,
        sha256 TEXT NOT NULL,
        leaf TEXT NOT NULL,
        signatures TEXT NOT NULL,
        sender_tablet TEXT NOT NULL,
        sender_service TEXT NOT NULL,
        held_for TEXT NOT NULL,
        findings TEXT NOT NULL,
        received_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX entry_by_digest ON entry (sha256)",
    "CREATE INDEX entry_by_record ON entry (record, version)",
    "CREATE INDEX entry_by_tablet ON entry (tablet, tablet_seq) WHERE tablet = sender_tablet",
    "CREATE INDEX entry_set_aside ON entry (sender_service, seq) WHERE standing <> 'stored'",
    """
    CREATE TRIGGER entry_refuses_update BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger refuses to change an entry'); END
    """,
    """
    CREATE TRIGGER entry_refuses_delete BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger refuses to delete an entry'); END
    """,
)

# What the server took an action's themes to be when the entry came: a rebuild must weigh by the same
ENTRY_THEMES = (
    """
    CREATE TABLE entry_themes (
        seq INTEGER NOT NULL REFERENCES entry(seq),
        action TEXT NOT NULL,
        themes TEXT NOT NULL,
        PRIMARY KEY (seq, action)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER entry_themes_refuses_update BEFORE UPDATE ON entry_themes
    BEGIN SELECT RAISE(ABORT, 'the ledger refuses to change the themes of an entry'); END
    """,
    """
    CREATE TRIGGER entry_themes_refuses_delete BEFORE DELETE ON entry_themes
    BEGIN SELECT RAISE(ABORT, 'the ledger refuses to delete the themes of an entry'); END
    """,
)

PROJECTIONS = (
    """
    CREATE TABLE record_version (
        seq INTEGER PRIMARY KEY,
        record TEXT NOT NULL,
        version INTEGER NOT NULL,
        current INTEGER NOT NULL,
        reason TEXT NOT NULL,
        form TEXT NOT NULL,
        form_version INTEGER NOT NULL,
        form_hash TEXT NOT NULL,
        code TEXT NOT NULL,
        title TEXT NOT NULL,
        service TEXT NOT NULL,
        unit TEXT NOT NULL,
        author TEXT NOT NULL,
        tablet TEXT NOT NULL,
        tablet_seq INTEGER NOT NULL,
        app TEXT NOT NULL,
        shift TEXT NOT NULL,
        person TEXT NOT NULL,
        happened_at TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        received_at TEXT NOT NULL,
        noted_late_seconds INTEGER NOT NULL,
        late_seconds INTEGER NOT NULL,
        skew_ms INTEGER,
        skew_bound_ms INTEGER,
        skew_age_ms INTEGER,
        recorded_estimate TEXT NOT NULL,
        clock_doubtful INTEGER NOT NULL,
        result TEXT NOT NULL,
        computed_result TEXT NOT NULL,
        lowered INTEGER NOT NULL,
        lowered_reason TEXT NOT NULL,
        points INTEGER NOT NULL,
        scored INTEGER NOT NULL,
        findings_count INTEGER NOT NULL,
        errors_count INTEGER NOT NULL,
        concerns_count INTEGER NOT NULL,
        attachments_count INTEGER NOT NULL,
        conflicts_count INTEGER NOT NULL,
        corrected INTEGER NOT NULL,
        spawned_by TEXT NOT NULL,
        flagged INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX record_version_once ON record_version (record, version)",
    """
    CREATE INDEX current_by_service ON record_version (service, happened_at, record) WHERE current = 1
    """,
    "CREATE INDEX current_by_unit ON record_version (unit, happened_at, record) WHERE current = 1",
    "CREATE INDEX current_by_author ON record_version (author, happened_at, record) WHERE current = 1",
    "CREATE INDEX current_by_person ON record_version (person, happened_at, record) WHERE current = 1",
    """
    CREATE INDEX current_by_form ON record_version (service, form, happened_at, record) WHERE current = 1
    """,
    """
    CREATE INDEX current_by_result ON record_version (service, result, happened_at, record) WHERE current = 1
    """,
    """
    CREATE INDEX current_flagged ON record_version (service, happened_at, record)
    WHERE current = 1 AND flagged = 1
    """,
    "CREATE VIEW record_current AS SELECT * FROM record_version WHERE current = 1",
    """
    CREATE TABLE answer (
        seq INTEGER NOT NULL,
        question TEXT NOT NULL,
        position INTEGER NOT NULL,
        value ANY NOT NULL,
        PRIMARY KEY (seq, question, position)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE finding (
        seq INTEGER NOT NULL,
        position INTEGER NOT NULL,
        code TEXT NOT NULL,
        question TEXT NOT NULL,
        severity TEXT NOT NULL,
        message TEXT NOT NULL,
        PRIMARY KEY (seq, position)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE concern (
        seq INTEGER NOT NULL,
        question TEXT NOT NULL,
        PRIMARY KEY (seq, question)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE bearing (
        record TEXT NOT NULL,
        action TEXT NOT NULL,
        seq INTEGER NOT NULL,
        bearing TEXT NOT NULL,
        computed TEXT NOT NULL,
        claimed TEXT NOT NULL,
        happened_at TEXT NOT NULL,
        PRIMARY KEY (record, action)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX bearing_by_action ON bearing (action, happened_at, record, bearing)",
    """
    CREATE TABLE staff_observed (
        record TEXT NOT NULL,
        staff TEXT NOT NULL,
        happened_at TEXT NOT NULL,
        PRIMARY KEY (record, staff)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX staff_observed_by_staff ON staff_observed (staff, happened_at, record)",
    # Contentless: the words are in `answer`. rowid is seq; every version is kept; join record_current
    "CREATE VIRTUAL TABLE record_search USING fts5 (words, content='', tokenize='porter unicode61')",
)

# What came with the form library: records taken back, handed over, sampled, and those few people may see
AFTERWARDS = (
    "ALTER TABLE record_version ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE record_version ADD COLUMN begun_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE record_version ADD COLUMN audit TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE record_version ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0",
    "DROP VIEW record_current",
    "CREATE VIEW record_current AS SELECT * FROM record_version WHERE current = 1",
    """
    CREATE INDEX current_by_cause ON record_version (spawned_by, happened_at, record)
    WHERE current = 1 AND spawned_by <> ''
    """,
    """
    CREATE INDEX current_by_audit ON record_version (audit, happened_at, record)
    WHERE current = 1 AND audit <> ''
    """,
    """
    CREATE INDEX current_withdrawn ON record_version (service, happened_at, record)
    WHERE current = 1 AND withdrawn = 1
    """,
)

# In place of the two of the same names: all that is asked of most records is in the index
COUNTED = {
    "current_by_service": """
        CREATE INDEX current_by_service
        ON record_version (service, happened_at, record, form, withdrawn, restricted, current) WHERE current = 1
    """,
    "current_by_form": """
        CREATE INDEX current_by_form
        ON record_version (service, form, happened_at, record, withdrawn, restricted, current) WHERE current = 1
    """,
}

# The Merkle log. `ref` is what a leaf is about; `log_node` is the hash of each complete subtree of 32 leaves or more
LOG = (
    """
    CREATE TABLE log_leaf (
        position INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        ref ANY NOT NULL,
        statement TEXT NOT NULL,
        leaf TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX log_leaf_once ON log_leaf (kind, ref)",
    """
    CREATE TABLE log_node (
        level INTEGER NOT NULL,
        place INTEGER NOT NULL,
        node TEXT NOT NULL,
        PRIMARY KEY (level, place)
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, 'the log refuses to {words}'); END
        """
        for table in ("log_leaf", "log_node")
        for verb, words in (("update", "change what it says"), ("delete", "forget what it said"))
    ),
    # Every checkpoint this server signed and kept; `entries` is the number of the newest entry at that moment
    """
    CREATE TABLE log_checkpoint (
        size INTEGER NOT NULL,
        epoch TEXT NOT NULL,
        at TEXT NOT NULL,
        entries INTEGER NOT NULL,
        text TEXT NOT NULL,
        signature TEXT NOT NULL,
        PRIMARY KEY (size, epoch)
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO server_state VALUES ('log_id', lower(hex(randomblob(16))))",
)

CHAIN = (
    """
    CREATE TABLE tablet_run (
        tablet TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (tablet, first)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE tablet_trouble (
        tablet TEXT NOT NULL,
        tablet_seq INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        code TEXT NOT NULL CHECK (code IN ('number_reused', 'link_broken')),
        PRIMARY KEY (tablet, tablet_seq, seq, code)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX tablet_trouble_by_entry ON tablet_trouble (seq)",
)

CHANGES = (
    """
    CREATE TABLE change (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        service TEXT NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        deleted INTEGER NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (service, kind, id)
    ) STRICT
    """,
    "CREATE INDEX change_by_service ON change (service, seq)",
)

SERVER_STATE = (
    """
    CREATE TABLE server_state (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO server_state VALUES ('epoch', lower(hex(randomblob(16))))",
    "INSERT INTO server_state VALUES ('cursor_key', lower(hex(randomblob(32))))",
    """
    CREATE TABLE tablet_contact (
        tablet TEXT PRIMARY KEY,
        service TEXT NOT NULL,
        last_at TEXT NOT NULL,
        app TEXT NOT NULL,
        waiting INTEGER NOT NULL,
        oldest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

# What was destroyed under a rule. Adding a row empties the entry; nothing else can (`destroying.py`)
DESTROYED = (
    """
    CREATE TABLE destroyed (
        seq INTEGER PRIMARY KEY REFERENCES entry(seq),
        record TEXT NOT NULL,
        version INTEGER NOT NULL,
        service TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        rule TEXT NOT NULL,
        why TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        restricted INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX destroyed_by_record ON destroyed (record)",
    *(
        f"""
        CREATE TRIGGER destroyed_refuses_{verb} BEFORE {verb} ON destroyed
        BEGIN SELECT RAISE(ABORT, 'what was destroyed, by whom and why is never changed'); END
        """
        for verb in ("update", "delete")
    ),
    "DROP TRIGGER entry_refuses_update",
    """
    CREATE TRIGGER entry_refuses_update BEFORE UPDATE ON entry
    WHEN NOT (
        EXISTS (SELECT 1 FROM destroyed WHERE destroyed.seq = OLD.seq AND destroyed.sha256 = OLD.sha256)
        AND NEW.body = x'' AND NEW.signatures = '[]' AND NEW.findings = '[]'
        AND NEW.seq = OLD.seq AND NEW.standing = OLD.standing AND NEW.record = OLD.record
        AND NEW.version = OLD.version AND NEW.service = OLD.service AND NEW.tablet = OLD.tablet
        AND NEW.tablet_seq = OLD.tablet_seq AND NEW.tablet_prev = OLD.tablet_prev
        AND NEW.sha256 = OLD.sha256 AND NEW.leaf = OLD.leaf AND NEW.sender_tablet = OLD.sender_tablet
        AND NEW.sender_service = OLD.sender_service AND NEW.held_for = OLD.held_for
        AND NEW.received_at = OLD.received_at
    )
    BEGIN SELECT RAISE(ABORT, 'the ledger refuses to change an entry'); END
    """,
    """
    CREATE TRIGGER destroyed_empties_entry AFTER INSERT ON destroyed
    BEGIN UPDATE entry SET body = x'', signatures = '[]', findings = '[]' WHERE seq = NEW.seq; END
    """,
)

# As the room above understands it; "" where the tablet's app says nothing
TABLET_HEALTH = "ALTER TABLE tablet_contact ADD COLUMN health TEXT NOT NULL DEFAULT ''"

# What became of each signature, and who should have signed and did not; derived like all projections
RECORD_SIGNATURE = (
    """
    CREATE TABLE record_signature (
        seq INTEGER NOT NULL,
        position INTEGER NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('author', 'acceptor')),
        key TEXT NOT NULL,
        staff TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN (
            'good', 'good_old_key', 'key_revoked', 'bad', 'wrong_person', 'unknown_key', 'missing')),
        PRIMARY KEY (seq, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX record_signature_unknown ON record_signature (key) WHERE verdict = 'unknown_key'",
)
