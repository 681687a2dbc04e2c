"""The store: every part of the product that keeps something, over one database."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from dialog.clock import Clock, Dice
from dialog.errors import StoreBusy
from storage.accounts import StoredAccounts
from storage.alerts import StoredAlerts
from storage.audit import StoredAudit
from storage.book import StoredBook
from storage.cards import StoredCards
from storage.clean_stop import start_alone, stop_clean
from storage.database import Database
from storage.desk import StoredDesk
from storage.file_jobs import StoredFileJobs
from storage.given_answers import GivenAnswers
from storage.hooks import StoredHooks
from storage.inbox import StoredInbox
from storage.leases import Leases
from storage.ledger import Ledger
from storage.media_files import MediaFiles
from storage.missed_questions import StoredMissedQuestions
from storage.notebook import StoredNotebook
from storage.opinions import StoredOpinions
from storage.outbox import StoredOutbox
from storage.pagers import StoredPagers
from storage.people import People
from storage.revisions import Revisions
from storage.second_factors import StoredSecondFactors
from storage.setting_rows import SettingRows
from storage.store_settings import StoreSettings
from storage.surveys import StoredSurveys
from storage.timers import StoredTimers
from storage.transcript import StoredTranscript
from storage.trimming import Trimming


class Store:
    """The parts, ready to use; ``close`` when the program ends."""

    def __init__(
        self, database: Database, settings: StoreSettings, clock: Clock, dice: Dice, media: Path, *, alone: bool
    ) -> None:
        self.database = database
        self.clock = clock
        self.media_folder = media
        self._alone = alone
        self.book = StoredBook(database)
        self.inbox = StoredInbox(database, settings, dice, Leases(), self.book.orders, alone=alone)
        self.outbox = StoredOutbox(database, settings, self.inbox.accepting)
        self.trimming = Trimming(database)
        self.surveys = StoredSurveys(database)
        self.opinions = StoredOpinions(database)
        self.given_answers = GivenAnswers(database)
        self.missed_questions = StoredMissedQuestions(database)
        self.timers = StoredTimers(database, self.inbox.accepting)
        self.transcript = StoredTranscript(database)
        self.desk = StoredDesk(database, self.inbox.accepting)
        self.accounts = StoredAccounts(database)
        self.second_factors = StoredSecondFactors(database)
        self.audit = StoredAudit(database)
        self.cards = StoredCards(database)
        self.notebook = StoredNotebook(database)
        self.people = People(database)
        self.pagers = StoredPagers(database)
        self.alerts = StoredAlerts(database, dice)
        self.hooks = StoredHooks(database, settings)
        self.files = StoredFileJobs(database)
        self.ledger = Ledger(database)
        self.revisions = Revisions(database)
        self.settings = SettingRows(database)
        self.media = MediaFiles(database, media, clock, dice)

    async def start(self) -> bool:
        """Take over from the process before, when there can be only one. Returns whether it had stopped cleanly."""
        if not self._alone:
            return True
        await self.outbox.forget_senders(self.clock.now())
        return await self.database.write(start_alone)

    async def close(self) -> None:
        """Finish what is under way, mark the stop as clean and let go of the database."""
        await self.inbox.close()
        if self._alone:
            with suppress(StoreBusy):
                await self.database.write(stop_clean)
        await self.database.close()
