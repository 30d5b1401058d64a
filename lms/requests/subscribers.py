"""The kinds that need nobody above: those that change a place, and those that are decided by words."""

from __future__ import annotations

from lms.people.rules import Role
from lms.requests import ports
from lms.requests.actions import places
from lms.requests.ports import Ask, Kind, Outcomes

ANSWERING = frozenset({Role.COORDINATOR, Role.FACULTY, Role.ASSISTANT, Role.GUIDE})
ABOVE = frozenset({Role.COORDINATOR, Role.DIRECTOR})

ports.register(
    Kind(
        key="question",
        title="Question",
        ask="Ask a question",
        about="Anything that you would otherwise write a mail about. It is answered here, and stays findable.",
        icon="circle-question-mark",
        labels={"words": "Your question"},
        outcomes=Outcomes("Answered", "", "Cannot be answered here"),
        owners=ANSWERING,
        repeated=True,
    )
)
ports.register(
    Kind(
        key="leave",
        title="Leave",
        ask="Ask for a leave",
        about="Weeks in which you cannot take part at all. Sessions on these days stand in nobody's sums.",
        icon="calendar-off",
        asks=(Ask.DAYS,),
        given=(Ask.DAYS,),
        labels={"from_on": "First day of the leave", "back_on": "First day back", "words": "Why"},
        grant=places.grant_leave,
    )
)
ports.register(
    Kind(
        key="section",
        title="Another section",
        ask="Ask for another section",
        about="To sit with another part of the cohort from now on.",
        icon="shuffle",
        policy="transfer",
        asks=(Ask.CHOICE,),
        given=(Ask.CHOICE,),
        labels={"choice": "Which section", "words": "Why"},
        offer=places.offer_section,
        grant=places.grant_section,
    )
)
ports.register(
    Kind(
        key="accessibility",
        title="Accessibility",
        ask="Ask for what you need to take part",
        about="Captions, a longer quiz, another format, a room without stairs.",
        icon="accessibility",
        labels={"words": "What would help, and by when"},
        owners=ANSWERING,
        repeated=True,
    )
)
ports.register(
    Kind(
        key="team-change",
        title="Another team",
        ask="Ask for another team",
        about="When working together does not work and talking has been tried.",
        icon="users",
        labels={"words": "What was tried, and what you ask for"},
    )
)
ports.register(
    Kind(
        key="transfer",
        title="Transfer",
        ask="Ask to move to another cohort",
        about="To go on with a cohort that runs at other times. What carries over is said before anything is decided.",
        icon="arrow-right-left",
        labels={"words": "Which cohort, from when, and why"},
    )
)
ports.register(
    Kind(
        key="deferral",
        title="Deferral",
        ask="Ask to defer",
        about="To stop now and take up the programme with a later cohort.",
        icon="calendar-clock",
        labels={"words": "From when, and why"},
    )
)
ports.register(
    Kind(
        key="complaint",
        title="Complaint",
        ask="Complain",
        about="About a mark, a decision or a person. Whoever it is about neither sees nor decides it.",
        icon="scale",
        asks=(Ask.PERSON,),
        labels={
            "words": "What happened, and what you ask for",
            "against": "Whom it is about",
        },
        outcomes=Outcomes("Upheld", "Upheld in part", "Not upheld"),
        owners=ABOVE,
        repeated=True,
    )
)
