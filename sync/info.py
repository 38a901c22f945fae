"""What this server accepts, for `GET /sync/info`."""

from sync import instants
from sync.database import Database
from sync.epoch import read_epoch
from sync.wire import MAX_BYTES, MAX_ITEMS, PROTOCOL_MAX, PROTOCOL_MIN, Info


async def info(database: Database, clock: instants.Clock = instants.now) -> Info:
    """The protocols and limits, the epoch, and the server's time."""
    epoch = await database.read(read_epoch)
    return Info(PROTOCOL_MIN, PROTOCOL_MAX, MAX_ITEMS, MAX_BYTES, epoch, instants.epoch_milliseconds(clock()))
