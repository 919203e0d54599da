"""Prints the tables of permissions and life cycles into docs/, so that what people read is what the code does.

`python -m tools.print_docs`; a test compares.
"""

from pathlib import Path

from tracker.access.acts import Act
from tracker.access.policy import POLICY
from tracker.access.words import LABELS as ACTS
from tracker.administration.calendar_states import CALENDAR_CHANGE
from tracker.administration.calendar_states import LABELS as CHANGE_WORDS
from tracker.complaints.states import COMPLAINT
from tracker.complaints.states import LABELS as COMPLAINT_WORDS
from tracker.directory.states import LABELS as ROLES
from tracker.directory.states import Role
from tracker.followups.extension_states import EXTENSION
from tracker.followups.extension_states import LABELS as EXTENSION_WORDS
from tracker.followups.states import FOLLOW_UP, holder_of
from tracker.followups.states import LABELS as FOLLOW_UP_WORDS
from tracker.instruments.states import CYCLE
from tracker.instruments.states import LABELS as CYCLE_WORDS
from tracker.kit.workflow import Workflow
from tracker.recommendations.states import LABELS as ASSESSMENT_WORDS
from tracker.recommendations.states import RECOMMENDATION

DOCS = Path(__file__).resolve().parent.parent / "docs"
WARNING = "<!-- Printed by `python -m tools.print_docs`; a test compares it with the code. -->\n"


def permissions() -> str:
    lines = [
        "# Who may do what",
        WARNING,
        "A role counts only where it is held: see `tracker/access/policy.py` and `tracker/access/scope.py`.\n",
        f"| act | in words | {' | '.join(role.value for role in Role)} | given |",
        f"| --- | --- | {' | '.join('---' for _ in Role)} | --- |",
    ]
    for act in Act:
        rule = POLICY[act]
        marks = " | ".join("x" if role in rule.roles else "" for role in Role)
        given = ", ".join(condition.__name__.replace("_", " ") for condition in rule.given)
        lines.append(f"| `{act}` | {ACTS[act]} | {marks} | {'also strangers' if rule.public else given} |")
    names = [f"- `{role}`: {ROLES[role]}" for role in Role]
    return "\n".join([*lines, "", "Roles in the interface:", "", *names, ""])


def lifecycles() -> str:
    return "\n".join(
        [
            "# Life cycles",
            WARNING,
            *table("Follow-up (tindak lanjut)", FOLLOW_UP, FOLLOW_UP_WORDS, holders=True),
            *table("Extension (perpanjangan, also a requested hold)", EXTENSION, EXTENSION_WORDS),
            *table("Change of the calendar (perubahan kalender)", CALENDAR_CHANGE, CHANGE_WORDS),
            *table("Complaint (pengaduan)", COMPLAINT, COMPLAINT_WORDS),
            *table("Recommendation (assessment, penilaian)", RECOMMENDATION, ASSESSMENT_WORDS),
            *table("Cycle (siklus evaluasi)", CYCLE, CYCLE_WORDS),
        ]
    )


def table(title: str, workflow: Workflow, words: dict, holders: bool = False) -> list[str]:  # type: ignore[type-arg]
    lines = [f"## {title}", "", f"Starts as `{workflow.start}`.", "", "| act | from | to |", "| --- | --- | --- |"]
    for act, move in workflow.moves.items():
        ways: dict[tuple[str, ...], list[str]] = {}
        for source, targets in move.targets.items():
            ways.setdefault(tuple(targets), []).append(f"`{source}`")
        lines += [
            f"| `{act}` | {', '.join(sources)} | {' or '.join(f'`{target}`' for target in targets)} |"
            for targets, sources in ways.items()
        ]
    lines += ["", "| state | in words |" + (" ball holder |" if holders else "")]
    lines += ["| --- | --- |" + (" --- |" if holders else "")]
    for status in type(workflow.start):
        holder = f" {holder_of(status, None) or 'nobody'} |" if holders else ""
        if holders and status == "on_hold":
            holder = " budget or law, by the kind of hold |"
        lines.append(f"| `{status}` | {words[status]} |{holder}")
    return [*lines, ""]


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    (DOCS / "permissions.md").write_text(permissions())
    (DOCS / "lifecycles.md").write_text(lifecycles())


if __name__ == "__main__":
    main()
