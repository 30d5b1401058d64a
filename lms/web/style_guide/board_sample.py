"""A cohort board with 60 learners, the worst first; and one with a single learner, and an empty one."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from lms.web.shapes import Act, BoardRow, Cell, CohortBoard, Fact, Facts, Tab, Tone
from lms.web.style_guide.learner_sample import BREAKS, instant

NAMES = """Venkatanarasimharajuvaripeta Sreenivasa Raghavendra Rao|Oluwaseun Adébáyọ̀-Ọlátúnjí
María de los Ángeles Fernández-Cavada y Ortiz de Zárate|अनुष्का देशपांडे|Rohan Mehta|Li Na|Aditi Kulkarni|Kwame Boateng
Farah Al Mansoori|Arjun Nair|Sneha Pillai|Tomás Echeverría|Priya Raman|Hiroshi Tanaka|Zainab Qureshi|Dev Malhotra
Ishita Banerjee|Chukwuemeka Obi|Nandini Rao|Łukasz Wiśniewski|Ayesha Siddiqui|Karthik Subramanian|Grace Mwangi
Vikram Sethi|Meenakshi Sundaram|Joon-ho Park|Ritika Chawla|Saurabh Joshi|Fatima Zahra Benali|Nikhil Deshmukh
Ana Beatriz Carvalho|Rahul Verma|Thu Trang Nguyễn|Pooja Shetty|Omar Haddad|Divya Krishnan|Samuel Tetteh|Neha Agarwal
Abhishek Ghosh|Yuki Nakamura|Kavya Hegde|Imran Khan|Shreya Bose|Daniel Okafor|Anjali Menon|Gaurav Saxena|Leila Rahimi
Harish Iyer|Tanvi Patil|Marco Bianchi|Swati Mishra|Ravi Shankar|Elif Yıldız|Manish Gupta|Deepa Narayanan|Ahmed Hassan
Lakshmi Prasad|Ben Adler|Sonal Jain|Pranav Bhatt""".replace("\n", "|").split("|")


def _heat(random: Random, strength: float, weeks: int) -> tuple[int | None, ...]:
    return tuple(
        None if week in BREAKS else max(0, min(4, round(random.gauss(strength, 0.9))))
        for week in range(1, weeks + 1)
    )


def _row(index: int, name: str, weeks: int) -> BoardRow:
    random = Random(index)  # noqa: S311 # nosec B311 - samples, the same every time
    risk, leave = index < 4, index == 4
    strength = 1.4 if risk else (2.6 if index < 18 else 3.4)
    attendance = (70.8, 74.6, 75.0, 77.2)[index] if risk else min(100.0, 80 + index % 20 + index / 10)
    late = (3, 2, 4, 1)[index] if risk else int(index % 7 == 0)
    seen = (9, 12, 6, 15)[index] if risk else index % 3
    tone: Tone = "bad" if attendance < 75 else ("warn" if attendance < 78 else "")
    forecast = ("breaks in 1", "breaks in 1", "breaks in 2", "breaks in 2")[index] if risk else ""
    steady = "on leave" if leave else ("Distinction", "Merit", "Merit", "Completion")[index % 4]
    key = f"p{index:02d}"

    def at(cell: str) -> str:
        return f"?who={key}&show={cell}#facts"

    return BoardRow(
        person=key,
        name=name,
        href="#",
        attendance=Cell(f"{int(attendance * 10) / 10:.1f}", at("attendance"), tone),
        work=Cell(f"{late} late" if late else "in time", at("work"), "warn" if late > 1 else ""),
        seen=Cell(f"{seen} d" if seen else "today", at("seen"), "warn" if seen > 7 else ""),
        forecast=Cell(
            forecast or steady, at("forecast"), "bad" if "in 1" in forecast else ("warn" if risk else "")
        ),
        heat=_heat(random, strength, weeks)[-27:],
        weeks_href=at("weeks"),
        place="On leave until 1 Sep" if leave else "",
    )


ROWS = tuple(_row(index, name, 27) for index, name in enumerate(NAMES))
FACTS = Facts(
    title="Attendance 74.6 %",
    about="Oluwaseun Adébáyọ̀-Ọlátúnjí",
    close_href="?",
    lines=(
        Fact(
            "Attendance over all live sessions", "74.6 %", "at least 75 %", "missed",
            parts=(
                Fact("Lectures present", "18.5 of 25", verdict="open", note="one counted half: 52 % of the minutes"),
                Fact("Masterclasses present", "4 of 5", verdict="met"),
                Fact("Left out of the count", "0", verdict="fact"),
            ),
        ),
        Fact("Sessions still to come", "12"),
        Fact("Make-ups still possible", "1 of 2", note="recording and summary of lecture 22, until Sun 24 Aug"),
        Fact("Next session missed", "72.4 %", "out of reach below 73.3 %", "open"),
    ),
    act=Act("Write to Oluwaseun", "#", symbol="mail"),
    more=Act("Open the case file", "#", symbol="folder-open"),
)  # fmt: skip
BOARD = CohortBoard(
    now=instant(8, 12, 16, 4),
    zone="Asia/Kolkata",
    cohort="Cohort 14",
    week=27,
    last_week=52,
    first_heat_week=1,
    tabs=(
        Tab("All", "?", 60, current=True),
        Tab("At risk", "?show=risk", 4),
        Tab("On leave", "?show=leave", 1),
        Tab("Withdrawn", "?show=withdrawn", 0),
    ),
    find="",
    rows=ROWS,
    total=60,
    action="#",
    csv_href="#",
)
DRAWER = replace(BOARD, facts=FACTS)
ONE = replace(BOARD, rows=ROWS[:1], total=1)
NONE = replace(BOARD, rows=(), total=0)
