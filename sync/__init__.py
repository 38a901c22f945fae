"""The wire protocol, the ledger, and what a tablet pulls. Knows no HTTP and no HTML. See README.md."""

from sync.chain import TabletState, Trouble, tablet_state
from sync.changes import KINDS, publish, pull
from sync.checkpoint import Checkpoint, Signer, offer, read_checkpoint
from sync.contact import hear_of
from sync.database import Database
from sync.deriving import RebuildError
from sync.destroying import Destroyed, DestructionStopped, Order, destroy, entries_of, read_destroyed, sweep
from sync.epoch import keep_state, read_epoch, read_state, renew_epoch
from sync.errors import DATABASE_ERRORS, DatabaseError
from sync.have import have
from sync.held import HELD_REASONS, RECEIPT_STATUSES
from sync.inbox import Inbox
from sync.info import info
from sync.ledger import Entry, read_entry, read_record
from sync.log import LogError, Restored, append_to_log, log_size, read_leaf_of, read_restored
from sync.migrations import migrate, register
from sync.proofs import prove_inclusion
from sync.rebuild import rebuild
from sync.restore import restore
from sync.sealed import Unreadable, read_body
from sync.sender import Sender
from sync.stored import OnStored, SettingsOf, Stored
from sync.wire import (
    Body,
    Changes,
    HaveAnswer,
    Info,
    PushAnswer,
    Receipt,
    Refused,
    SignedCheckpoint,
    TabletSeen,
)

__all__ = [
    "DATABASE_ERRORS",
    "HELD_REASONS",
    "KINDS",
    "RECEIPT_STATUSES",
    "Body",
    "Changes",
    "Checkpoint",
    "Database",
    "DatabaseError",
    "Destroyed",
    "DestructionStopped",
    "Entry",
    "HaveAnswer",
    "Inbox",
    "Info",
    "LogError",
    "OnStored",
    "Order",
    "PushAnswer",
    "RebuildError",
    "Receipt",
    "Refused",
    "Restored",
    "Sender",
    "SettingsOf",
    "SignedCheckpoint",
    "Signer",
    "Stored",
    "TabletSeen",
    "TabletState",
    "Trouble",
    "Unreadable",
    "append_to_log",
    "destroy",
    "entries_of",
    "have",
    "hear_of",
    "info",
    "keep_state",
    "log_size",
    "migrate",
    "offer",
    "prove_inclusion",
    "publish",
    "pull",
    "read_body",
    "read_checkpoint",
    "read_destroyed",
    "read_entry",
    "read_epoch",
    "read_leaf_of",
    "read_record",
    "read_restored",
    "read_state",
    "rebuild",
    "register",
    "renew_epoch",
    "restore",
    "sweep",
    "tablet_state",
]
