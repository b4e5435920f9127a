"""From one city to everybody in steps: guarded, taken back by itself, every step in the ledger."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from climbing import BAKERY, Climbing, replaced, stages
from gale.adapters.clock import SteppedClock
from gale.campaign.rollout import entry
from gale.engine import evidence, scale
from gale.engine import launch as launch_verb
from gale.engine import sign as sign_verb
from gale.engine import verify as verify_verb
from gale.engine.decide import ask, commit, compile_frame, decide_one
from gale.engine.init import init_workspace
from gale.engine.workspace import Workspace
from gale.records.faults import Faults
from house import START, House

EASY = [{"measure": "unsubscribed", "limit": 0.005, "worst": 0.03}, {"measure": "bounced"}]  # fine in 120 letters


def codes(problem: pytest.ExceptionInfo[Faults]) -> list[str]:
    return [f.code for f in problem.value.faults]


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A launched campaign's folder, made once; each story walks on from a copy of it."""
    root = tmp_path_factory.mktemp("launched") / "boulangerie"
    init_workspace(root, BAKERY, today=date(2026, 9, 2))
    clock = SteppedClock(START)
    ws = Workspace.open(root, clock=clock)
    Climbing(House(ws, clock), guardrails=EASY)
    ws.close()
    return root


@pytest.fixture
def climbing(launched: Path, tmp_path: Path) -> Iterator[Climbing]:
    shutil.copytree(launched, tmp_path / "copy")
    clock = SteppedClock(START)
    ws = Workspace.open(tmp_path / "copy", clock=clock)
    yield Climbing(House(ws, clock), launched=True)
    ws.close()


def up(climbing: Climbing) -> None:
    """Quiet days until the next stage may begin, then a person's button."""
    for _ in range(4):
        climbing.days(1)
        climbing.watch()
        if climbing.standing().ready:
            climbing.advance()
            return
    raise AssertionError([f.code for f in climbing.standing().standing.waits])  # type: ignore[union-attr]


def test_the_first_stage_lets_half_a_city_in_and_tells_the_others_that_it_comes_later(climbing: Climbing) -> None:
    decisions = climbing.letters()
    reasons = Counter((climbing.city(d), "later" if d.reason == "rollout.later" else "asked") for d in decisions)
    assert reasons["rade", "asked"] == reasons["cap", "asked"] == 0
    assert 70 < reasons["brume", "asked"] < 130
    with climbing.house.ws.store.read() as unit:
        entered = {a.person for a in unit.assignments.scan(climbing.house.campaign)}
    assert entered == {d.person for d in decisions if d.reason != "rollout.later"}, "nobody is drawn before her stage"


def test_the_launch_and_each_step_stand_in_the_ledger_with_the_policies_that_travel_along(climbing: Climbing) -> None:
    up(climbing)
    first, second = climbing.ledger("stage")
    assert (first.body["from"], first.body["to"], first.body["share"]) == ("", "brume-half", 0.5)
    assert (second.body["from"], second.body["to"], second.body["by"]) == ("brume-half", "brume", "person")
    assert second.body["role"] == "community_manager"
    with climbing.house.ws.store.read() as unit:
        now = {s.kind: s.id for s in unit.snapshots.latest(climbing.house.campaign)}
    assert second.body["policies"] == now
    assert climbing.member not in second.body.values(), "the ledger names roles and no person"
    assert climbing.row().climb.steps[-1].line == second.seq
    assert verify_verb.verify_ledger(climbing.house.ws.store).verified


def test_harm_in_the_second_stage_takes_the_campaign_back_by_itself_and_says_why(climbing: Climbing) -> None:
    up(climbing)
    before = {d.person for d in climbing.letters() if d.reason != "rollout.later"}
    climbing.later(6)
    letters = climbing.letters()
    newcomers = [d for d in letters if d.variant is not None and _entry(climbing, d.person) == 1]
    assert newcomers
    climbing.tell(newcomers, "unsubscribed", 0.25)
    watched = climbing.watch()
    assert watched is not None
    assert watched.step is not None
    step = watched.step
    assert (step.kind, step.left, step.to, step.measure, step.view) == (
        "rolled_back", "brume", "brume-half", "unsubscribed", "newcomers",
    )  # fmt: skip
    assert step.bound is not None
    assert step.bound > step.limit == 0.005
    (line,) = climbing.ledger("rolled_back")
    assert line.body["measure"] == "unsubscribed"
    assert line.body["by"] == "gale"
    assert line.body["n"] == step.n
    assert line.body["bound"] == pytest.approx(step.bound, abs=1e-6)
    assert line.body["limit"] == 0.005
    climbing.later(24)
    after = {d.person for d in climbing.letters() if d.variant is not None}
    assert after
    assert after < before, "whom the first stage let in stays in; the others are out again"
    assert all(_entry(climbing, p) == 0 for p in after)
    assert climbing.row().status == "live"


def test_harm_in_the_first_stage_pauses_and_only_a_person_with_a_reason_starts_again(climbing: Climbing) -> None:
    climbing.tell(climbing.letters(), "unsubscribed", 0.25)
    watched = climbing.watch()
    assert watched is not None
    assert watched.step is not None
    assert watched.step.to == ""
    assert climbing.row().status == "paused"
    with pytest.raises(Faults) as held:
        launch_verb.set_status(climbing.house.ws.store, climbing.house.campaign, "live", now=climbing.now())
    assert codes(held) == ["scale.held"]
    with pytest.raises(Faults) as silent:
        climbing.advance()
    assert codes(silent) == ["scale.reason"]
    again = climbing.advance("Le lien de désinscription était cassé ; réparé.")
    assert again.to == "brume-half"
    assert climbing.row().status == "live"
    climbing.later(1)
    quiet = climbing.watch()
    assert quiet is not None
    assert quiet.step is None, "evidence starts from nothing"


def test_after_a_step_back_the_clock_never_goes_on_by_itself(house: House) -> None:
    climbing = Climbing(house, guardrails=EASY, advance="auto")
    stage_of = lambda: climbing.row().climb.stage  # noqa: E731
    for _ in range(6):
        climbing.days(1)
        climbing.watch()
    assert stage_of() >= 1, "the plan says auto: the clock takes the step"
    assert climbing.ledger("stage")[1].body["by"] == "gale"
    climbing.back("Trop de questions au comptoir.")
    place = stage_of()
    for _ in range(5):
        climbing.days(1)
        climbing.watch()
    assert stage_of() == place
    assert climbing.standing().ready
    with pytest.raises(Faults) as silent:
        climbing.advance()
    assert codes(silent) == ["scale.reason"]
    climbing.advance("Les questions ont leurs réponses.")
    assert stage_of() == place + 1


def test_nothing_advances_before_its_time_or_without_its_role_and_signatures(climbing: Climbing) -> None:
    with pytest.raises(Faults) as early:
        climbing.advance()
    assert {"scale.too_soon", "scale.too_few", "scale.unclear"} <= set(codes(early))
    store, campaign = climbing.house.ws.store, climbing.house.campaign
    for _ in range(4):
        climbing.days(1)
        climbing.watch()
    assert climbing.standing().ready
    with pytest.raises(Faults) as stranger:
        scale.advance(store, campaign, by="nobody", reason="", now=climbing.now())
    assert codes(stranger) == ["approval.unknown_person"]
    sign_verb.sign(store, campaign, role="data_ethicist", person=climbing.member, verdict="revoked", remark="Je relis.", now=climbing.now(), id="a_revoked")  # fmt: skip
    with pytest.raises(Faults) as revoked:
        climbing.advance()
    assert codes(revoked) == ["launch.revoked"]
    assert climbing.row().climb.stage == 0


def test_a_paused_campaign_does_not_advance_and_a_stopped_one_takes_no_step(climbing: Climbing) -> None:
    for _ in range(4):
        climbing.days(1)
    store, campaign = climbing.house.ws.store, climbing.house.campaign
    launch_verb.set_status(store, campaign, "paused", now=climbing.now())
    with pytest.raises(Faults) as paused:
        climbing.advance()
    assert codes(paused) == ["scale.paused"]
    launch_verb.set_status(store, campaign, "stopped", now=climbing.now())
    assert climbing.watch() is None
    for act in (climbing.advance, lambda: climbing.back("x")):
        with pytest.raises(Faults) as over:
            act()
        assert codes(over) == ["scale.not_running"]


def test_a_person_of_any_role_takes_a_step_back_with_a_reason(climbing: Climbing) -> None:
    with pytest.raises(Faults) as silent:
        climbing.back(" ")
    assert codes(silent) == ["scale.reason"]
    step = climbing.back("Le stock est vide.")
    assert (step.to, step.by, step.reason) == ("", climbing.member, "Le stock est vide.")
    with pytest.raises(Faults) as twice:
        climbing.back("Encore.")
    assert codes(twice) == ["scale.held"]


def test_the_stage_is_read_again_in_the_transaction_that_commits(climbing: Climbing) -> None:
    """A decision prepared while she was in, committed after the campaign was taken back, shows nothing."""
    up(climbing)
    store = climbing.house.ws.store
    newcomer = next(p for p in climbing.people if _entry(climbing, p) == 1)
    with store.read() as unit:
        frame = compile_frame(unit, climbing.house.campaign)
        state = unit.people.state(newcomer)
    assert state is not None
    asked = [ask(frame, replaced(state, recent=()), "letter", now=climbing.now(), rng=climbing.rng) for _ in range(12)]
    shown = next(a for a in asked if a.decision.reason != "rollout.later")
    climbing.back("Un doute.")
    with store.write() as unit:
        (final,) = commit(unit, [shown], climbing.now)
    assert (final.variant, final.reason) == (None, "rollout.later")
    assert final.inputs["rollout"]["stage"] == 0


def test_every_decision_of_a_roll_out_is_made_again_those_that_come_later_too(climbing: Climbing) -> None:
    up(climbing)
    climbing.letters()
    told = verify_verb.reproduce(climbing.house.ws.store, climbing.house.campaign)
    assert told.differing == []
    with climbing.house.ws.store.read() as unit:
        later = unit.decisions.tally(climbing.house.campaign)["letter", "rollout.later"]
    assert later > 0
    assert told.refused_again >= later


def test_two_workers_who_look_at_once_take_one_step(climbing: Climbing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looks in the middle of the first one's look: after it has read, before it writes."""
    climbing.tell(climbing.letters(), "unsubscribed", 0.25)
    fold, inner = evidence.fold, []

    def fold_while_another_looks(*args: object) -> object:
        counts = fold(*args)  # type: ignore[arg-type]
        if not inner:
            inner.append(None)
            inner[0] = climbing.watch()
        return counts

    monkeypatch.setattr(evidence, "fold", fold_while_another_looks)
    outer = climbing.watch()
    assert outer is None, "it was slower and wrote nothing"
    assert inner[0].step.kind == "rolled_back"
    assert len(climbing.ledger("rolled_back")) == 1


def test_what_is_counted_is_counted_once_however_often_it_is_looked_at_and_told(climbing: Climbing) -> None:
    letters = climbing.letters()
    climbing.tell(letters, "unsubscribed", 0.02)
    climbing.tell(letters, "unsubscribed", 0.02)  # the same people once more, under other ids
    climbing.tell(letters, "click", 0.1)
    shown = sum(d.variant is not None for d in letters)
    for _ in range(3):
        climbing.watch()
    tally = climbing.standing().regions[0].tally
    assert tally.shown == tally.letters == shown
    assert tally.unsubscribed == round(0.02 * shown)
    assert tally.click == round(0.1 * shown)


def test_a_complaint_that_names_no_message_counts_for_the_last_letter(climbing: Climbing) -> None:
    letters = [d for d in climbing.letters() if d.variant is not None]
    climbing.tell_without_a_message(letters[0].person, "complained")
    climbing.tell_without_a_message(climbing.people[-1], "complained")  # she got none: nobody's complaint about us
    climbing.watch()
    assert climbing.standing().regions[0].tally.complained == 1


def test_orders_are_compared_with_the_holdout_whatever_message_they_name(house: House) -> None:
    climbing = Climbing(house, guardrails=[{"measure": "lift_orders"}])
    decisions = climbing.letters()
    climbing.later(2)
    for d in decisions:
        if d.reason == "holdout":
            climbing.order(d.person)
            climbing.order(d.person)  # her second one says nothing new
    watched = climbing.watch()
    assert watched is not None
    guard = watched.standing.guards[0]
    assert guard.n == guard.events == sum(d.reason == "holdout" for d in decisions)
    assert watched.step is not None, "only the holdout orders: the campaign costs orders, and stops"
    assert watched.step.measure == "lift_orders"


def test_a_campaign_without_stages_goes_to_everybody_at_once_as_before(house: House) -> None:
    people = house.go_live(30)
    assert scale.standing(house.ws.store, house.campaign, now=house.clock.now()) is None
    assert scale.watch(house.ws.store, house.campaign, now=house.clock.now()) is None
    made = decide_one(house.ws.store, house.campaign, people[0], house.daily, now=house.clock.now(), rng=np.random.default_rng(1))  # fmt: skip
    assert "rollout" not in made.inputs
    with pytest.raises(Faults) as none:
        scale.back(house.ws.store, house.campaign, by="x", reason="x", now=house.clock.now())
    assert codes(none) == ["scale.none"]


def test_a_stage_needs_its_own_role(make_house: Callable[[], House]) -> None:
    """The last stage of these belongs to the data ethicist; in a team the community manager cannot begin it."""
    climbing = Climbing(make_house(), team=True, guardrails=EASY, stages=stages()[1:])
    for _ in range(4):
        climbing.days(1)
    assert climbing.standing().may == (("noe", "Noé"),)
    with pytest.raises(Faults) as hat:
        scale.advance(climbing.house.ws.store, climbing.house.campaign, by="ana", reason="", now=climbing.now())
    assert codes(hat) == ["approval.hat"]
    step = scale.advance(climbing.house.ws.store, climbing.house.campaign, by="noe", reason="", now=climbing.now())
    assert (step.to, step.role) == ("everywhere", "data_ethicist")


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from gale.adapters.clock import SteppedClock
    from gale.adapters.store.campaigns import Campaigns
    from gale.engine import scale
    from gale.engine.workspace import Workspace

    moment, root, campaign, now = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    ws = Workspace.open(root, clock=SteppedClock(now))
    if moment == "between":  # the ledger's line is written, the status is not
        Campaigns.put = lambda self, row: os.kill(os.getpid(), signal.SIGKILL)
    scale.watch(ws.store, campaign, now=now)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "steps"), [("between", 0), ("after", 1)])
def test_a_worker_killed_in_the_middle_of_a_step_leaves_both_or_neither(
    climbing: Climbing, moment: str, steps: int
) -> None:
    """kill -9 between the ledger's line and the status: they are one transaction."""
    climbing.tell(climbing.letters(), "unsubscribed", 0.25)
    arguments = [moment, str(climbing.house.ws.root), climbing.house.campaign, str(climbing.now())]
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), *arguments], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(climbing.ledger("rolled_back")) == steps
    assert climbing.row().status == ("paused" if steps else "live")
    assert len(climbing.row().climb.steps) == 1 + steps
    climbing.watch()  # the next worker finds it as it stands, and finishes what is due
    assert len(climbing.ledger("rolled_back")) == 1
    assert climbing.row().status == "paused"
    assert verify_verb.verify_ledger(climbing.house.ws.store).verified


def _entry(climbing: Climbing, person: str) -> int | None:
    """The place of the stage that lets her in."""
    return entry(climbing.rollout, b"k" * 32, person, {"city": climbing.city_of(person)})
