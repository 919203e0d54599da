"""Playing the stories: each step at the desk of whoever did it, in the order of the days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.demo import steps
from tracker.demo.figures import Nights
from tracker.demo.stage import Stage
from tracker.demo.steps import Impossible, Step, Story
from tracker.directory.models import User
from tracker.followups import operations as unit_side
from tracker.followups import verifying
from tracker.followups.assigning import Assignment, assign_follow_up
from tracker.followups.cannot import Proposal, approve_cannot, propose_cannot
from tracker.followups.evidence import Attachment, Link
from tracker.followups.models import FollowUp
from tracker.followups.states import HoldKind
from tracker.followups.verifying import Judgement
from tracker.recommendations.models import Recommendation

Turn = tuple[date, int, Callable[[], None]]
"""When it is due, in which order of the same day, and what is done."""


@dataclass
class Playing:
    """One cycle's stories. Days are counted from `since`, the day of the demonstration where that is None."""

    stage: Stage
    cycle_id: int
    since: date | None = None

    def play(
        self,
        stories: Iterable[Story],
        impossible: Iterable[Impossible] = (),
        nights: Nights | None = None,
        more: Iterable[Turn] = (),
    ) -> None:
        turns: list[Turn] = list(more)
        for story in stories:
            turns += self.turns_of(story, len(turns))
        for each in impossible:
            turns += self.turns_of_impossible(each, len(turns))
        for day, _, act in sorted(turns, key=lambda turn: turn[:2]):
            if nights is not None:
                nights.before(day)
            act()
            self.stage.session.commit()

    def day(self, offset: int) -> date:
        return self.stage.day(offset, self.since)

    def turns_of(self, story: Story, place: int) -> list[Turn]:
        born: dict[str, int] = {}

        def assign() -> None:
            born["id"] = self.assign(story)

        def stepping(step: Step) -> Callable[[], None]:
            return lambda: self.step(born["id"], step)

        turns: list[Turn] = [(self.day(story.given), place, assign)]
        turns += [(self.day(step.day), place + n, stepping(step)) for n, step in enumerate(story.steps, start=1)]
        return turns

    def assign(self, story: Story) -> int:
        desk = self.desk(story.given, story.by)
        id = self.stage.recommendation(self.cycle_id, story.region, story.aspect)
        recommendation = desk.find(Recommendation, id, Act.ASSIGN_FOLLOW_UP)
        due_on = (self.since or self.stage.today) + timedelta(days=story.due)
        officer = self.stage.key_of(story.officer) if story.officer else None
        assignment = Assignment(story.title, due_on, officer, story.weight, story.evidence)
        return assign_follow_up(desk, recommendation, assignment).id

    def desk(self, offset: int, username: str) -> Desk:
        return self.stage.desk(username, self.stage.moment(self.day(offset)))

    def step(self, id: int, step: Step) -> None:
        act, does = ACTS[type(step)]
        desk = self.desk(step.day, step.by)
        follow_up = desk.find(FollowUp, id, act)
        does(self, desk, follow_up, step)

    def turns_of_impossible(self, each: Impossible, place: int) -> list[Turn]:
        def propose() -> None:
            desk = self.desk(each.proposed, each.by)
            recommendation = self.find(desk, each, Act.PROPOSE_CANNOT)
            document = self.stage.keep_paper("Dasar hukum perubahan")
            propose_cannot(desk, recommendation, Proposal(each.reason, each.note, document))

        turns: list[Turn] = [(self.day(each.proposed), place, propose)]
        if each.approved:
            day, by = each.approved

            def approve() -> None:
                desk = self.desk(day, by)
                approve_cannot(desk, self.find(desk, each, Act.APPROVE_CANNOT), "Dasar hukumnya jelas.")

            turns.append((self.day(day), place + 1, approve))
        return turns

    def find(self, desk: Desk, each: Impossible, act: Act) -> Recommendation:
        return desk.find(Recommendation, self.stage.recommendation(self.cycle_id, each.region, each.aspect), act)


def log(playing: Playing, desk: Desk, follow_up: FollowUp, step: steps.Log) -> None:
    done_on = min(playing.day(step.day), desk.today_in(follow_up.unit.timezone))
    kept = [playing.stage.keep_photo(title) for title in step.photos]
    kept += [playing.stage.keep_paper(title) for title in step.papers]
    files = tuple(Attachment(each, done_on) for each in kept)
    links = tuple(Link(url) for url in step.links)
    entry = unit_side.Entry(done_on, step.text, step.percent, step.obstacle, files, links)
    unit_side.log_action(desk, follow_up, entry)


def begin_check(desk: Desk, follow_up: FollowUp) -> None:
    """Its own transaction, as in the site, so that the decision and not the look is what moved the figures."""
    verifying.open_submission(desk, follow_up)
    desk.session.commit()


def accept(playing: Playing, desk: Desk, follow_up: FollowUp, step: steps.Accept) -> None:
    begin_check(desk, follow_up)
    judgement = None
    if step.adequate is not None:
        due_on = playing.day(step.day) + timedelta(days=90)
        again = Assignment(step.then, due_on, follow_up.person_in_charge_id) if step.then else None
        judgement = Judgement(step.adequate, new=again)
    verifying.accept(desk, follow_up, step.note, judgement)


def give_back(_: Playing, desk: Desk, follow_up: FollowUp, step: steps.Return) -> None:
    begin_check(desk, follow_up)
    verifying.return_follow_up(desk, follow_up, step.missing, step.percent)


def hold(_: Playing, desk: Desk, follow_up: FollowUp, step: steps.Hold) -> None:
    verifying.hold(desk, follow_up, HoldKind.BUDGET, step.reason, desk.today.year + 1)


ACTS: dict[type[Step], tuple[Act, Callable[[Playing, Desk, FollowUp, Any], Any]]] = {
    steps.Log: (Act.LOG_ACTION, log),
    steps.Submit: (Act.SUBMIT_FOLLOW_UP, lambda _, desk, follow_up, __: unit_side.submit_follow_up(desk, follow_up)),
    steps.Confirm: (Act.CONFIRM_SUBMISSION, lambda _, desk, follow_up, __: verifying.confirm(desk, follow_up)),
    steps.SendBack: (
        Act.SEND_BACK,
        lambda _, desk, follow_up, step: verifying.send_back(desk, follow_up, step.reason),
    ),
    steps.Accept: (Act.ACCEPT_FOLLOW_UP, accept),
    steps.Return: (Act.RETURN_FOLLOW_UP, give_back),
    steps.Hold: (Act.HOLD_FOLLOW_UP, hold),
    steps.Cancel: (
        Act.CANCEL_FOLLOW_UP,
        lambda _, desk, follow_up, step: verifying.cancel(desk, follow_up, step.reason),
    ),
    steps.Say: (Act.COMMENT, lambda _, desk, follow_up, step: unit_side.comment(desk, follow_up, step.text)),
}


def signed_in(stage: Stage, seen: dict[str, int | None]) -> None:
    """Note when each account was last used, in days before today."""
    with as_machine(stage.session):
        for username, days in seen.items():
            user = stage.session.get_one(User, stage.key_of(username))
            user.last_sign_in_at = None if days is None else stage.now - timedelta(days=days, hours=2)
    stage.session.commit()
