"""Stage: access. What a job's handler has asked for, call by call: an attempt after a crash gets the same answers.

Calls are told apart by their place in the round and by what they ask. Every call is noted under the job's fence before
anything is done:

- what changes the application's database is recorded in the transaction of its effect;
- a statement of the plugin's database is recorded there, with its effect (`sandbox.plugindb.entries`);
- a request to another server is noted before it is sent, unless it may be repeated: when its answer is not known after
  a crash, the job stops and says so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.conf import settings

from sandbox.isolates.client import Steady
from sandbox.isolates.exceptions import CODES, HostCallError
from sandbox.isolates.prelude import SEED_BYTES
from sandbox.plugindb.entries import Entry
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.unit_of_work import UnitOfWork, unit_of_work
from widgets_manager.jobs.exceptions import OUTCOME_UNKNOWN, JobFailed
from widgets_manager.jobs.models import JobCall
from widgets_manager.jobs.running import RunningJob

Effect = Callable[[Entry | None], Any]

ROUNDS: Final = 5  # how often a handler may have its job begun anew, the first time included
MAX_SIZE: Final = 64 * 1024 * 1024  # characters of all answers of a round
_LONGEST_PAUSE: Final = 3600  # seconds
_QUERY: Final = "managedDb.query"
_FETCH: Final = "fetch"
_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Journal:
    """The calls of one attempt of a job."""

    def __init__(self, job: RunningJob) -> None:
        self._job = job
        self._sequence = 0
        self._moment = int(time.time() * 1000)
        rows = JobCall.objects.filter(job=job.id, round=job.round).order_by("sequence")
        self._known = {row.sequence: row for row in rows.defer("answer")}
        self._size = 0
        if start := self._known.get(0):
            self._moment = start.moment
        else:
            with self.unit_of_work():
                self._note("", "", answer="{}")

    @property
    def steady(self) -> Steady:
        """Chance and time for the handler, the same in every attempt of the round."""
        said = f"sandbox.plugins:steady:{self._job.id}:{self._job.round}".encode()
        seed = hmac.digest(settings.SECRET_KEY.encode(), said, hashlib.sha512)[:SEED_BYTES].hex()
        return Steady(seed, lambda: self._moment)

    @property
    def stop(self) -> int:
        """A descriptor that can be read once the job was cancelled or lost."""
        return self._job.lost

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has cancelled the job."""
        return self._job.is_cancelled

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """A transaction that commits only while the job is this attempt's. Raises LeaseLost."""
        with self._job.unit_of_work() as unit:
            yield unit

    def perform(self, method: str, params: list[Any], effect: Effect) -> Any:
        """The recorded answer of the next call, or that of `effect`, which is recorded.

        A refusal (HostCallError, ApiError) is an answer, too. Raises HostCallError; LeaseLost; JobFailed when the code
        asks for something else than before, or when nobody knows whether a request was carried out. What else `effect`
        raises comes out: the attempt is over, and the next one asks again.
        """
        self._job.check()
        self._sequence += 1
        digest = hashlib.sha256(json.dumps([method, params]).encode()).hexdigest()
        known = self._known.get(self._sequence)
        if known and known.digest != digest:
            raise _diverged(known, method)
        if method == _QUERY:
            return self._query(digest, known, effect)
        if known and known.answer:
            self._moment = known.moment
            self._measure(known.answer)
            return self._told(known.answer)
        if method == _FETCH:
            return self._request(digest, known, params, effect)
        with self.unit_of_work():
            answer = self._answer(_inside(effect))
            self._note(method, digest, answer=answer)
            self._show_progress(method, params)
        return self._told(answer)

    def settle(self, report_ok: bool, result: Any, error: Mapping[str, Any] | None, run: object = None) -> None:
        """End the job as its handler ended: done, failed, or begun anew when the handler asks for it.

        Inside `unit_of_work()`, so that it commits with what records the run. Raises LeaseLost.
        """
        kept = _kept(result)
        if report_ok:
            self._job.finish(kept)
            return
        code = str((error or {}).get("code", ""))
        message = CODES.get(code) or str((error or {}).get("message", ""))  # what the code threw is in the run's log
        pause = _asked_pause(result)
        if pause is None:
            self._job.fail(message, code, kept)
        else:
            self._job.begin_anew(message, code, pause=pause or None, rounds=ROUNDS)

    def _query(self, digest: str, known: JobCall | None, effect: Effect) -> Any:
        """The plugins' database records the answer; here is noted that it was asked for."""
        if known is None:
            with self.unit_of_work():
                self._note(_QUERY, digest)
        else:
            self._job.require_lease()
        entry = Entry(self._job.id, self._job.round, self._sequence, self._now())
        answer = self._answer(effect, entry)
        self._moment = max(self._moment, entry.moment)
        self._measure(answer)
        return self._told(answer)

    def _request(self, digest: str, known: JobCall | None, params: list[Any], effect: Effect) -> Any:
        """A request is noted before it is sent, unless it may be sent again."""
        repeatable = _is_repeatable(params)
        if known and not repeatable:
            raise self._unknown(known, params)
        if not known and not repeatable:
            with self.unit_of_work():
                known = self._note(_FETCH, digest)
        answer = self._answer(effect)
        with self.unit_of_work():
            if known:
                self._measure(answer)
                self._moment = max(self._moment, self._now())
                JobCall.objects.filter(pk=known.pk).update(answer=answer, moment=self._moment)
            else:
                self._note(_FETCH, digest, answer=answer)
        return self._told(answer)

    @staticmethod
    def _answer(effect: Effect, entry: Entry | None = None) -> str:
        """What the effect gives, or why it is refused, as JSON."""
        try:
            value = effect(entry)
        except HostCallError as error:
            return _refusal(error.code, error.message)
        except ApiError as error:
            if not _is_refusal(error):
                raise
            return _refusal(error.code, error.message)
        return json.dumps({"value": value})

    def _note(self, method: str, digest: str, *, answer: str = "") -> JobCall:
        """A row for the call, in the running transaction."""
        self._measure(answer)
        if self._sequence:
            self._moment = max(self._moment, self._now())
        row = JobCall(
            tenant_id=self._job.actor.tenant_id,
            job_id=self._job.id,
            round=self._job.round,
            sequence=self._sequence,
            method=method[:80],
            digest=digest,
            answer=answer,
            moment=self._moment,
        )
        row.save(force_insert=True)
        return row

    def _show_progress(self, method: str, params: list[Any]) -> None:
        """`streamEvent('progress', {percent, note})` is the job's progress, too."""
        if method != "streamEvent" or len(params) < 2 or params[0] != "progress" or not isinstance(params[1], dict):
            return
        percent, note = params[1].get("percent"), params[1].get("note")
        if isinstance(percent, int | float) and not isinstance(percent, bool):
            self._job.report(round(percent), note if isinstance(note, str) else "")

    def _measure(self, answer: str) -> None:
        self._size += len(answer)
        if self._size > MAX_SIZE:
            raise JobFailed(f"The answers of its calls have more than {MAX_SIZE // 1024 // 1024} MB.", "TOO_LARGE")

    def _unknown(self, known: JobCall, params: list[Any]) -> JobFailed:
        """Nobody knows what became of the request. The note goes, so that a person's Retry sends it again."""
        with self.unit_of_work():
            JobCall.objects.filter(pk=known.pk).delete()
        address = str(params[0])[:200] if params else ""
        return JobFailed(
            f"A worker stopped while this was being sent: {_verb(params)} {address}. Nobody knows whether it arrived; "
            "Retry sends it again and goes on from there.",
            OUTCOME_UNKNOWN,
        )

    @staticmethod
    def _now() -> int:
        return int(time.time() * 1000)

    @staticmethod
    def _told(answer: str) -> Any:
        found = json.loads(answer)
        if refused := found.get("refusal"):
            raise HostCallError(refused["code"], refused["message"])
        return found["value"]


def _inside(effect: Effect) -> Effect:
    """The effect in a transaction of its own within the running one: a refusal undoes what it wrote."""

    def inside(entry: Entry | None) -> Any:
        with unit_of_work():
            return effect(entry)

    return inside


def _refusal(code: str, message: str) -> str:
    return json.dumps({"refusal": {"code": code, "message": message}})


def _is_refusal(error: ApiError) -> bool:
    """Whether it is an answer for the handler; else something is out of order here, and may soon be in order again."""
    return error.status < 500 or error.status == 504


def _diverged(known: JobCall, method: str) -> JobFailed:
    return JobFailed(
        f"After an interruption call {known.sequence} of the handler was {method}, and {known.method} before, or with "
        "other parameters: nothing more was done, so that nothing is done twice.",
        "JOB_DIVERGED",
    )


def _options(params: list[Any]) -> dict[str, Any]:
    return params[1] if len(params) > 1 and isinstance(params[1], dict) else {}


def _verb(params: list[Any]) -> str:
    return str(_options(params).get("method") or "GET").upper()[:20]


def _is_repeatable(params: list[Any]) -> bool:
    """Whether a request does no more when it arrives twice, or the other server is told how to know it again."""
    headers = _options(params).get("headers")
    named = {str(name).lower() for name, value in headers.items() if value} if isinstance(headers, dict) else set()
    return _verb(params) in _REPEATABLE or "idempotency-key" in named


def _asked_pause(result: Any) -> timedelta | None:
    """The pause that the handler asks for, zero for the usual one; None when it does not want another try."""
    match result.get("retry") if isinstance(result, dict) else None:
        case True:
            return timedelta(0)
        case {"afterSeconds": int() | float() as seconds}:
            return timedelta(seconds=min(max(seconds, 1), _LONGEST_PAUSE))
    return None


def _kept(result: Any) -> dict[str, Any] | None:
    """A result as a job keeps it."""
    return result if isinstance(result, dict) or result is None else {"value": result}
