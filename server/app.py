"""The Litestar app, read from top to bottom: what it opens, who is let in, what it answers, how it fails."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from observation_forms import Catalogue, load_catalogue
from server.assets import build_of, read_assets
from server.banners import read_banners
from server.coverage.telling import Telling
from server.due.laying_out import Rhythm
from server.evidence.times import moment_words
from server.evidence_pack.background import Packs
from server.form_words import quick_words
from server.forms_desk.holdings import note_offered
from server.headers import add_security_headers
from server.identity.guard import enforce_rule, provide_tablet, provide_viewer, require_rules
from server.identity.heard import Heard
from server.identity.organisation import publish_words
from server.identity.passwords import Passwords
from server.named_records.catalogue import kept_here
from server.notices.mailing import Mailing
from server.operations.copying import Copying, copying_of
from server.operations.figures import Figures
from server.operations.last_seen import LastSeen
from server.operations.readiness import Readiness
from server.problem_answers import answer_problem
from server.published_forms import publish_forms
from server.receiving import make_inbox
from server.retention.keeping import Keeping
from server.rooms import Rooms, rooms_of
from server.routes import (
    about,
    account,
    action_forms,
    action_imports,
    action_targets,
    actions,
    assets,
    audit,
    cases,
    chart_notes,
    closure,
    complaints,
    concerns,
    copies,
    coverage,
    dated_settings,
    drills,
    due,
    evidence,
    first_password,
    forms,
    full_exports,
    held,
    learning,
    lists,
    log,
    manage,
    me,
    measures,
    my_notices,
    named_logs,
    named_records,
    one_staff,
    one_tablet,
    openapi,
    operations,
    packs,
    recovery_map,
    retention,
    reviews,
    saved_filters,
    second_factor,
    settings_history,
    sign_in,
    sign_in_code,
    signals,
    staff,
    staffing,
    subject_access,
    summaries,
    sync,
    tablet,
    tablet_people,
    tablets,
    today,
    views,
    visitors,
)
from server.same_origin import SameOrigin
from server.seen import note_refused, note_seen
from server.server_keys import own_keys
from server.settings import Settings
from server.signals.daily import Daily
from server.standing.renewing import Renewing
from server.streams import Streams
from sync import Database
from sync.instants import Clock, now

# A page's form is small. Pushes have their own, larger limit
LARGEST_REQUEST = 64 * 1024

ROUTES = (
    assets,
    tablet,
    tablet_people,
    sync,
    sign_in,
    sign_in_code,
    account,
    second_factor,
    audit,
    evidence,
    actions,
    action_forms,
    action_imports,
    action_targets,
    closure,
    recovery_map,
    reviews,
    tablets,
    one_tablet,
    drills,
    copies,
    openapi,
    operations,
    held,
    forms,
    me,
    my_notices,
    named_logs,
    named_records,
    due,
    coverage,
    views,
    saved_filters,
    learning,
    lists,
    log,
    manage,
    visitors,
    concerns,
    cases,
    complaints,
    chart_notes,
    measures,
    signals,
    staffing,
    summaries,
    today,
    settings_history,
    dated_settings,
    retention,
    full_exports,
    staff,
    one_staff,
    first_password,
    about,
    subject_access,
    packs,
)


def create_app(settings: Settings, clock: Clock = now) -> Litestar:
    """The app of one provider. Its database is opened when it starts and closed when it stops.

    Raises `FormError` when a form cannot be read. At start: `DatabaseError` when the database cannot be used.
    """
    app = lay_out()
    settle(app, settings, clock)
    return app


def settle(app: Litestar, settings: Settings, clock: Clock) -> None:
    """Make an app that does not run the app of this provider from its next start on."""
    app.state.update(
        settings=settings, clock=clock, hosts=settings.hosts, origins=settings.origins, secure=settings.secure
    )


def lay_out() -> Litestar:
    """An app of no provider yet: what it answers and who is let in, the same for all. Raises `FormError`."""
    catalogue = load_catalogue()
    app = Litestar(
        route_handlers=[handler for module in ROUTES for handler in module.handlers],
        state=State({"assets": read_assets(catalogue)}),
        lifespan=[_open_rooms(catalogue)],
        middleware=[SameOrigin()],
        guards=[enforce_rule],
        before_request=read_banners,
        after_response=note_seen,
        after_exception=[note_refused],
        dependencies={
            "rooms": Provide(rooms_of, sync_to_thread=False),
            "viewer": Provide(provide_viewer, sync_to_thread=False),
            "tablet": Provide(provide_tablet, sync_to_thread=False),
        },
        exception_handlers={Exception: answer_problem},
        before_send=[add_security_headers],
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(templates())),
        compression_config=CompressionConfig(backend="gzip", exclude_opt_key="compressed_already"),
        request_max_body_size=LARGEST_REQUEST,
        openapi_config=None,
        logging_config=None,
    )
    require_rules(app.routes)
    return app


def templates() -> Environment:
    """The desk's templates. A name that is not there is an error, never an empty cell in evidence."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = moment_words
    environment.filters["quick_words"] = quick_words
    environment.globals["kept_here"] = kept_here
    return environment


def _open_rooms(catalogue: Catalogue) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        settings, clock = app.state["settings"], app.state["clock"]
        database = await Database.open(settings.database)
        copying: Copying | None = None
        try:
            await database.write(lambda sql: publish_forms(sql, catalogue))
            await database.write(publish_words)
            build = build_of(app.state["assets"])
            await database.write(lambda sql: note_offered(sql, catalogue, build, clock()))
            keys = await own_keys(database, settings.keys)
            copying = copying_of(settings, database)
            packs_made = Packs(database, catalogue, keys, clock, settings.pack_days)
            heard = Heard(database, clock)
            app.state["rooms"] = Rooms(
                settings=settings,
                database=database,
                catalogue=catalogue,
                inbox=make_inbox(database, catalogue, clock, keys),
                passwords=Passwords(),
                clock=clock,
                streams=Streams(),
                keys=keys,
                figures=Figures(),
                readiness=Readiness(database, settings.keys, copying),
                copying=copying,
                packs=packs_made,
                heard=heard,
            )
            if copying:
                copying.start()
            async with (
                Rhythm(database, catalogue, clock).running(),
                Keeping(database, clock).running(),
                heard.running(),
                LastSeen(database, clock).running(),
                packs_made.running(),
                Telling(database, catalogue, clock).running(),
                Mailing(database, catalogue, settings, clock).running(),
                Renewing(database, catalogue, clock).running(),
                Daily(database, catalogue, clock).running(),
            ):
                yield
        finally:
            await database.close()
            # After the database: the last that was written is copied, too
            if copying:
                await copying.stop()

    return lifespan
