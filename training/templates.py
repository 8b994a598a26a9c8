"""News written from templates: dates of release and of events, tolls, causes, who did it, whether it happened.

Each made article holds several values of one kind (filmed on, released on, announced on), so that a reader has to learn which
of them a question asks for; the questions about what an article leaves out have no answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from training.sources import Example

PLACES = (
    "Alderton Brackwater Castova Dunmere Eastvale Farhaven Gorlitz Halvern Istra Jorvik Kestrel-Bay Lomond Marovia Norhaven Ostrava "
    "Pellworm Quillon Rosario Selmont Tarnow Umbria Valdara Westerholt Yarrow Zelenka Montevar Karlsby Toledo Antalya Penang Kisumu"
).replace("-", " ").split()  # fmt: skip
FIRST = [
    "Anna",
    "Boris",
    "Carla",
    "Daniel",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Karin",
    "Liam",
    "Maya",
    "Nadia",
    "Omar",
    "Petra",
    "Quentin",
    "Rosa",
    "Samuel",
    "Tania",
    "Viktor",
    "Wanda",
    "Yusuf",
]
LAST = [
    "Abbot",
    "Berglund",
    "Castellan",
    "Drummond",
    "Ekström",
    "Faulkner",
    "Galanis",
    "Haldane",
    "Ivanenko",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Mercer",
    "Novak",
    "Okafor",
    "Petrov",
    "Quist",
    "Rahman",
    "Salazar",
    "Thornbury",
    "Usman",
    "Vasquez",
    "Whitlock",
    "Yilmaz",
    "Zhang",
]
ROLES = ["the mayor", "the fire chief", "the transport minister", "the company's chief executive", "the governor", "a police spokesman",
         "the hospital's director", "the union's leader", "the agency's head", "the project's chief engineer"]  # fmt: skip
ORGS = ["Norvia Rail", "the Halden Institute", "Coastline Media", "the Ministry of Energy", "Brightwater Power", "the Civil Aviation Board",
        "Arden Motors", "the National Space Agency", "Tellworth Bank", "the Harbour Authority", "Solvena Pharma", "the Port Commission"]  # fmt: skip
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WORK = [
    "video",
    "report",
    "album",
    "film",
    "statement",
    "documentary",
    "audit",
    "recording",
    "study",
    "map",
    "game",
    "trailer",
]
SITES = ["YouTube", "its website", "Telegram", "state television", "Facebook", "its news channel"]
EVENTS = [("fire", "broke out"), ("explosion", "shook the site"), ("collapse", "happened"), ("flood", "struck"), ("derailment", "occurred"),
          ("crash", "happened"), ("blackout", "began"), ("landslide", "hit"), ("gas leak", "was discovered"), ("stampede", "began")]  # fmt: skip
THINGS = [
    "a warehouse",
    "the ferry terminal",
    "a bridge",
    "the chemical plant",
    "a market hall",
    "the stadium",
    "a school",
    "the dam",
    "a textile mill",
]
CAUSES = ["a faulty cable", "a burst pipe", "an overheated battery", "metal fatigue", "a blocked drain", "human error", "a lightning strike",
          "a short circuit", "a failed valve", "a signalling fault", "heavy rain", "arson"]  # fmt: skip
SMALL = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]


@dataclass
class _Article:
    """Sentences with marked values: `{key}` in a sentence becomes `values[key]`, and its place is kept."""

    values: dict[str, str]
    sentences: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of a question and the key that answers it; an unknown key is a question without an answer."""

    def examples(self, rng: random.Random, unit: str) -> Iterator[Example]:
        text = ""
        places: dict[str, list[tuple[int, int]]] = {}
        for sentence in self.sentences:
            text += " " if text else ""
            rest = sentence
            while "{" in rest:
                before, _, rest = rest.partition("{")
                key, _, rest = rest.partition("}")
                text += before
                value = self.values[key]
                places.setdefault(key, []).append((len(text), len(text) + len(value)))
                text += value
            text += rest
        text = _polished(text)
        for question, key in self.asked:
            spans = tuple(places.get(key, ()))
            yield Example(_formatted(question, self.values), text, spans, unit, "templates")


def _polished(text: str) -> str:
    """Sentences begin with a capital, and a year or a month stands after "in"; no letter changes its place."""
    text = re.sub(r"(?:^|(?<=[.!?] ))[a-z]", lambda m: m.group().upper(), text)
    return re.sub(
        rf"\b([Oo])n (?=(?:(?:{'|'.join(MONTHS)}) )?\d{{4}}\b)", lambda m: "In " if m.group(1) == "O" else "in ", text
    )


def _formatted(question: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        question = question.replace("{" + key + "}", value)
    return question


def _person(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def _date(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.choice(MONTHS), rng.randint(1996, 2026)
    return rng.choice([f"{day} {month}", f"{month} {day}", f"{month} {day}, {year}", f"{day} {month} {year}", rng.choice(DAYS),
                       f"{month} {year}", f"{rng.choice(DAYS)}, {month} {day}", str(year)])  # fmt: skip


def _count(rng: random.Random) -> str:
    n = rng.choice([rng.randint(2, 20), rng.randint(20, 400), rng.randint(400, 90_000)])
    if n < 17 and rng.random() < 0.6:
        return SMALL[n - 2]
    word = f"{n:,}" if n > 999 else str(n)
    return rng.choice(["", "", "", "at least ", "about ", "more than ", "nearly "]) + word


def _money(rng: random.Random) -> str:
    n = rng.choice([rng.randint(2, 90), round(rng.uniform(1, 9), 1)])
    return rng.choice([f"${n} million", f"€{n} million", f"{n} million euros", f"${n} billion", f"{n}m pounds"])


def _distinct(rng: random.Random, make: Callable[[random.Random], str], n: int) -> list[str]:
    found: list[str] = []
    while len(found) < n:
        if (value := make(rng)) not in found:
            found.append(value)
    return found


def _accident(rng: random.Random) -> _Article:
    event, began = rng.choice(EVENTS)
    date, announced, opened = _distinct(rng, _date, 3)
    dead, hurt, moved = _distinct(rng, _count, 3)
    cause, other = rng.sample(CAUSES, 2)
    person, hero = _distinct(rng, _person, 2)
    v = {"event": event, "thing": rng.choice(THINGS), "place": rng.choice(PLACES), "date": date, "announced": announced, "opened": opened,
         "dead": dead, "hurt": hurt, "moved": moved, "cause": cause, "other": other, "person": person, "hero": hero, "role": rng.choice(ROLES),
         "org": rng.choice(ORGS), "cost": _money(rng), "years": str(rng.randint(3, 90))}  # fmt: skip
    a = _Article(v)
    options = [
        ([f"A {{event}} {began} at {{thing}} in {{place}} on {{date}}.", "On {date} a {event} at {thing} in {place} sent smoke over the town.",
          "The {event} at {thing} in {place} began on {date}, officials said."],
         [("When did the {event} happen?", "date"), ("When did the {event} at {thing} begin?", "date"), ("Where did the {event} happen?", "place"),
          ("On what day was the {event}?", "date"), ("What happened in {place}?", "event")]),
        (["{dead} people died and {hurt} were injured.", "The {event} killed {dead} people and left {hurt} injured.",
          "Officials put the death toll at {dead}; {hurt} others were hurt."],
         [("How many people died?", "dead"), ("What was the death toll?", "dead"), ("How many were killed in the {event}?", "dead"),
          ("How many people were injured?", "hurt"), ("How many were hurt in the {event}?", "hurt"), ("How many victims were there?", "dead")]),
        (["{moved} residents were evacuated.", "Police evacuated {moved} residents during the night.", "{moved} people had to leave their homes."],
         [("How many people were evacuated?", "moved"), ("How many had to leave their homes?", "moved")]),
        (["{person}, {role}, said {cause} had caused the {event}.", "The {event} was caused by {cause}, {person} said.",
          "Investigators blamed {cause}, not {other}.", "{person} said that {cause} started it, and ruled out {other}."],
         [("What caused the {event}?", "cause"), ("Why did the {event} happen?", "cause"), ("What was the cause?", "cause"),
          ("What started the {event}?", "cause")]),
        (["{org} announced an inquiry on {announced}.", "An inquiry by {org} was announced on {announced}."],
         [("Who announced an inquiry?", "org"), ("When was the inquiry announced?", "announced"), ("Who is investigating?", "org")]),
        (["The building opened in {opened}.", "It had been opened in {opened} at a cost of {cost}."],
         [("When did the building open?", "opened"), ("When was it opened?", "opened")]),
        (["A passer-by, {hero}, raised the alarm.", "{hero}, who lives nearby, called the fire brigade."],
         [("Who raised the alarm?", "hero"), ("Who called for help?", "hero")]),
        (["Repairs will cost {cost}, {person} said.", "{org} put the damage at {cost}."],
         [("How much will repairs cost?", "cost"), ("How much damage was done?", "cost"), ("What will it cost?", "cost")]),
    ]  # fmt: skip
    return _composed(rng, a, options)


def _release(rng: random.Random) -> _Article:
    work = rng.choice(WORK)
    released, filmed, announced, deleted = _distinct(rng, _date, 4)
    maker, other = rng.sample(ORGS, 2)
    person, star = _distinct(rng, _person, 2)
    views, minutes = _distinct(rng, _count, 2)
    v = {"work": work, "released": released, "filmed": filmed, "announced": announced, "deleted": deleted, "maker": maker, "other": other,
         "person": person, "star": star, "views": views, "minutes": minutes, "site": rng.choice(SITES), "cost": _money(rng),
         "place": rng.choice(PLACES), "role": rng.choice(ROLES)}  # fmt: skip
    a = _Article(v)
    options = [
        (["The {work} was released by {maker} on {released}.", "{maker} published the {work} on {released}.", "On {released}, {maker} put out the {work} on {site}.",
          "Made by {maker}, the {work} came out on {released}.", "The {work}, made in {filmed}, was released on {released} by {maker}."],
         [("When was the {work} released?", "released"), ("When did the {work} come out?", "released"), ("Who released the {work}?", "maker"),
          ("Who published the {work}?", "maker"), ("When was the {work} published?", "released"), ("Who made the {work}?", "maker")]),
        (["It had been made in {filmed} in {place}.", "Work on it was finished in {place} on {filmed}."],
         [("Where was it made?", "place"), ("When was it made?", "filmed"), ("When was work on the {work} finished?", "filmed")]),
        (["{other} had announced it on {announced}.", "It was first announced by {other} on {announced}."],
         [("When was the {work} announced?", "announced"), ("Who announced the {work}?", "other")]),
        (["It was taken down on {deleted}.", "{maker} deleted it on {deleted} without a word."],
         [("When was the {work} taken down?", "deleted"), ("When was it deleted?", "deleted")]),
        (["The {work} has been seen {views} times.", "Some {views} people have seen it."], [("How many times has it been seen?", "views"), ("How many people saw the {work}?", "views")]),
        (["{star} speaks in it for {minutes} minutes.", "In it {star} can be heard for {minutes} minutes."],
         [("Who speaks in the {work}?", "star"), ("How long does {star} speak?", "minutes")]),
        (["It cost {cost}, which {other} paid.", "{other} paid {cost} for it."],
         [("Who paid for the {work}?", "other"), ("How much did the {work} cost?", "cost"), ("What did it cost to make?", "cost")]),
        (["{person}, {role}, called it a joke.", '"It is a joke," said {person}, {role}.'], [("Who called it a joke?", "person"), ("What did {person} call it?", "joke")]),
    ]  # fmt: skip
    return _composed(rng, a, options)


def _deed(rng: random.Random) -> _Article:
    date, arrested, trial = _distinct(rng, _date, 3)
    culprit, judge, victim, lawyer = _distinct(rng, _person, 4)
    deed, done = rng.choice([("robbery", "robbed the bank"), ("attack", "attacked the convoy"), ("theft", "stole the painting"), ("leak", "leaked the files"),
                             ("hoax", "made the false call"), ("break-in", "broke into the museum"), ("hack", "hacked the registry")])  # fmt: skip
    v = {"deed": deed, "done": done, "date": date, "arrested": arrested, "trial": trial, "culprit": culprit, "judge": judge, "victim": victim, "lawyer": lawyer,
         "age": str(rng.randint(18, 80)), "years": rng.choice([*SMALL, str(rng.randint(2, 30))]), "place": rng.choice(PLACES), "loss": _money(rng),
         "org": rng.choice(ORGS), "reason": rng.choice(["to pay his debts", "out of anger", "for a bet", "to warn the public", "for money"])}  # fmt: skip
    a = _Article(v)
    options = [
        (["Police say {culprit} {done} in {place} on {date}.", "{culprit}, {age}, {done} on {date}, prosecutors in {place} say.", "It was {culprit} who {done} on {date}, according to {org}."],
         [("Who {done}?", "culprit"), ("Who was behind the {deed}?", "culprit"), ("Who did it?", "culprit"), ("When was the {deed}?", "date"), ("Where was the {deed}?", "place"),
          ("When did the {deed} happen?", "date"), ("Who is accused of the {deed}?", "culprit")]),
        (["{culprit} was arrested on {arrested}.", "Officers arrested {culprit} on {arrested} in {place}."], [("When was {culprit} arrested?", "arrested"), ("Who was arrested?", "culprit")]),
        (["The trial began on {trial} before judge {judge}.", "Judge {judge} opened the trial on {trial}."], [("When did the trial begin?", "trial"), ("Who is the judge?", "judge")]),
        (["{culprit} was sentenced to {years} years in prison.", "The court gave {culprit} {years} years."], [("How long is the sentence?", "years"), ("How many years did {culprit} get?", "years")]),
        (["The loss was put at {loss}.", "{org} lost {loss}."], [("How much was lost?", "loss"), ("What was the damage?", "loss")]),
        (["{victim} was hurt.", "A guard, {victim}, was wounded."], [("Who was hurt?", "victim"), ("Who was wounded?", "victim")]),
        (["{culprit} did it {reason}, {lawyer}, the defence lawyer, said.", "He acted {reason}, said {lawyer}, his lawyer."], [("Why did {culprit} do it?", "reason"), ("Who is the lawyer?", "lawyer"), ("Who defends {culprit}?", "lawyer")]),
    ]  # fmt: skip
    return _composed(rng, a, options)


def _office(rng: random.Random) -> _Article:
    old, new, third = _distinct(rng, _person, 3)
    left, start, vote = _distinct(rng, _date, 3)
    votes, against = _distinct(rng, _count, 2)
    org, other = rng.sample(ORGS, 2)
    v = {"old": old, "new": new, "third": third, "left": left, "start": start, "vote": vote, "votes": votes, "against": against, "org": org, "other": other,
         "price": _money(rng), "bid": _money(rng), "staff": _count(rng), "place": rng.choice(PLACES), "turnout": f"{rng.randint(21, 93)}%",
         "share": f"{rng.randint(31, 69)}.{rng.randint(0, 9)} per cent", "reason": rng.choice(["ill health", "a row over pay", "a lost vote", "family reasons"])}  # fmt: skip
    a = _Article(v)
    options = [
        (["{old} resigned as head of {org} on {left}, citing {reason}.", "On {left} {old} stepped down from {org} over {reason}."],
         [("When did {old} resign?", "left"), ("Why did {old} resign?", "reason"), ("Who resigned?", "old"), ("Why did {old} step down?", "reason")]),
        (["{new} will take over on {start}.", "The successor, {new}, starts on {start}."], [("Who takes over?", "new"), ("Who is the successor of {old}?", "new"), ("When does {new} start?", "start"), ("Who runs {org}?", "new")]),
        (["The board voted on {vote}, {votes} in favour and {against} against.", "{votes} members voted for and {against} against in the ballot on {vote}."],
         [("How many voted in favour?", "votes"), ("How many voted against?", "against"), ("When was the vote?", "vote"), ("What was the result of the vote?", "votes")]),
        (["{third} won with {share} on a turnout of {turnout}.", "With {share} of the vote {third} was elected; turnout was {turnout}."],
         [("Who won the election?", "third"), ("What was the turnout?", "turnout"), ("What share of the vote did {third} get?", "share")]),
        (["{other} bought {org} for {price}.", "{org} was sold to {other} for {price}, after a bid of {bid} failed."], [("Who bought {org}?", "other"), ("How much was {org} sold for?", "price"), ("What did {other} pay?", "price")]),
        (["{org} employs {staff} people in {place}.", "Its {staff} workers are based in {place}."], [("How many people work for {org}?", "staff"), ("Where is {org} based?", "place")]),
    ]  # fmt: skip
    return _composed(rng, a, options)


def _whether(rng: random.Random) -> _Article:
    person, other = _distinct(rng, _person, 2)
    did, undone, ask = rng.choice([
        ("failed", "did not fail", "Did {it} fail?"), ("was hacked", "was not hacked", "Was {it} hacked?"), ("exploded", "did not explode", "Did {it} explode?"),
        ("has been repaired", "has not been repaired", "Has {it} been repaired?"), ("was insured", "was never insured", "Was {it} insured?"),
        ("will reopen", "will not reopen", "Will {it} reopen?"), ("had been inspected", "had not been inspected", "Was {it} inspected?"),
        ("was staged", "was not staged", "Was {it} staged?")])  # fmt: skip
    it = rng.choice(
        ["the dam", "the server", "the engine", "the ferry", "the archive", "the tower", "the pump station", "the test"]
    )
    yes = f"{it} {did if rng.random() < 0.5 else undone}"
    v = {"it": it, "yes": yes, "said": f"said that {yes}", "denied": f"denied that {it} {did}", "person": person, "other": other, "role": rng.choice(ROLES),
         "org": rng.choice(ORGS), "date": _date(rng)}  # fmt: skip
    a = _Article(v)
    options = [
        (["{person}, {role}, {denied}.", "{org} {denied}, {person} wrote on {date}."], [(ask, "denied"), ("Who denied it?", "person"), ("What did {person} say about {it}?", "denied")]),
        (["{other} said that {yes}.", "According to {other}, {yes}."], [(ask, "yes"), ("What did {other} say?", "yes"), ("Who said that {yes}?", "other")]),
        (["{org} has not commented.", "There was no word from {org}."], [("Who has not commented?", "org")]),
    ]  # fmt: skip
    return _composed(rng, a, options)


def _nameless(rng: random.Random) -> _Article:
    """Somebody and something, named or not: "a driver" is no answer to the question of their name."""
    who = rng.choice(
        [
            "driver",
            "guard",
            "nurse",
            "pilot",
            "teacher",
            "cook",
            "boy",
            "warden",
            "student",
            "cleaner",
            "witness",
            "tenant",
        ]
    )
    thing, brand = rng.choice([("van", "a white Corvane"), ("pistol", "a Brenner 9"), ("drone", "a Skylark 4"), ("telephone", "an Ordo Mini"), ("boat", "a Halcyon 30"), ("camera", "a Lumera X")])  # fmt: skip
    firm, body = rng.sample(ORGS, 2)
    trade, done = rng.choice([("cleaning firm", "polished the floor"), ("haulier", "carried the load"), ("laboratory", "tested the samples"), ("insurance firm", "paid for the damage"), ("builder", "laid the pipes")])  # fmt: skip
    person, owner = _distinct(rng, _person, 2)
    v = {"who": who, "person": person, "owner": owner, "age": str(rng.randint(18, 80)), "thing": thing, "brand": brand, "firm": firm, "trade": trade, "body": body,
         "hour": f"{rng.randint(1, 12)}.{rng.randint(10, 59)}", "place": rng.choice(PLACES), "date": _date(rng), "n": _count(rng), "colour": rng.choice(["red", "blue", "grey", "green"])}  # fmt: skip
    named, told, known = (rng.random() < 0.5 for _ in range(3))
    a = _Article(v)
    a.sentences = rng.sample(
        [
            rng.choice(["{person}, the {who}, ran for help.", "The {who}, {person}, {age}, was taken to hospital.", "The {who} was {person} from {place}."] if named
                       else ["The {who} ran for help.", "A {who} was taken to hospital at {hour}.", "The {who}, {age}, comes from {place}.", "A {age}-year-old {who} was there."]),
            rng.choice([f"{{firm}}, a {trade}, {done}.", f"It was {{firm}} that {done}, {{owner}} said."] if told else [f"Some {trade} {done}.", f"The {trade} from {{place}} {done} on {{date}}.", f"Somebody from a {trade} {done}."]),
            rng.choice(["They used {brand}, police said.", "The {thing} was {brand}."] if known else ["They used a {thing}.", "A {thing} was found beside the road.", "The {thing} was {colour}."]),
            "{body} gave no names.", "{n} people watched.",
        ],
        rng.randint(3, 5),
    )  # fmt: skip
    text = " ".join(a.sentences)
    asked = [
        (["What is the name of the {who}?", "What is the {who}'s name?", "What was the {who} called?", "Who was the {who}?"], "person" if "{person}" in text else "none"),
        (["How old is the {who}?", "What age was the {who}?"], "age" if "{age}" in text else "none"),
        ([f"Which {trade} {done}?", f"Which company {done}?", f"What is the {trade} called?", f"Who {done}?"], "firm" if "{firm}" in text else "none"),
        (["What make was the {thing}?", "What make of {thing} was it?", "Which {thing} did they use?", "What kind of {thing} was it?"], "brand" if "{brand}" in text else "none"),
        (["What colour was the {thing}?"], "colour" if "{colour}" in text else "none"),
        (["How many people watched?"], "n" if "{n}" in text else "none"),
    ]  # fmt: skip
    a.asked = [(rng.choice(questions), key) for questions, key in rng.sample(asked, 4)]
    return a


def _measured(rng: random.Random) -> _Article:
    """A thing with some of its measures; the others are asked for as well."""
    thing = rng.choice(["mask", "bridge", "statue", "tunnel", "tower", "ship", "pool", "stone", "hall", "dam"])
    sizes = _distinct(rng, lambda r: f"{r.choice([r.randint(2, 90), round(r.uniform(1, 20), 1)])} {r.choice(['metres', 'centimetres', 'feet'])}", 5)  # fmt: skip
    v = {"thing": thing, "high": sizes[0], "wide": sizes[1], "long": sizes[2], "deep": sizes[3], "away": sizes[4], "heavy": f"{rng.randint(2, 900)} {rng.choice(['kilograms', 'tonnes', 'pounds'])}",
         "old": f"{rng.randint(20, 900)} years", "visitors": _count(rng), "share": f"{rng.randint(2, 97)} percent", "place": rng.choice(PLACES), "price": _money(rng), "date": _date(rng)}  # fmt: skip
    told = [
        (["The {thing} is {high} high.", "It stands {high} tall."], [("How high is the {thing}?", "high"), ("How tall is it?", "high"), ("What is the height of the {thing}?", "high")]),
        (["It is {wide} wide.", "The {thing} measures {wide} across."], [("How wide is the {thing}?", "wide"), ("What is its width?", "wide")]),
        (["The {thing} is {long} long.", "It has a length of {long}."], [("How long is the {thing}?", "long"), ("What is its length?", "long")]),
        (["It weighs {heavy}.", "The {thing} has a weight of {heavy}."], [("How heavy is the {thing}?", "heavy"), ("What does the {thing} weigh?", "heavy")]),
        (["The {thing} is {old} old."], [("How old is the {thing}?", "old"), ("What is its age?", "old")]),
        (["{visitors} people saw it on {date}.", "On {date} it had {visitors} visitors."], [("How many people saw the {thing}?", "visitors"), ("How many visitors did it have?", "visitors")]),
        (["{share} of those asked want to keep it.", "In a poll {share} wanted to keep the {thing}."], [("What percentage wants to keep the {thing}?", "share"), ("How many percent want to keep it?", "share")]),
        (["The town paid {price} for it.", "It was bought for {price}."], [("What did the {thing} cost?", "price"), ("How much was paid for it?", "price")]),
        (["It was found {deep} below ground.", "It lay at a depth of {deep}."], [("How deep did it lie?", "deep"), ("At what depth was the {thing}?", "deep")]),
        (["The nearest house is {away} away."], [("How far away is the nearest house?", "away")]),
    ]  # fmt: skip
    return _composed(rng, _Article(v), told)


def _composed(
    rng: random.Random, article: _Article, options: list[tuple[list[str], list[tuple[str, str]]]]
) -> _Article:
    """A few of the options become sentences with their questions; the others' questions become ones without an answer."""
    told = rng.sample(options, rng.randint(2, min(5, len(options))))
    for sentences, _ in told:
        sentence = rng.choice(sentences)
        article.sentences.append(sentence)
    text = " ".join(article.sentences)
    questions = [q for _, asked in told for q in rng.sample(asked, min(2, len(asked)))]
    article.asked += [(q, key) for q, key in questions if "{" + key + "}" in text]
    silent = [q for option in options if option not in told for q, key in option[1] if "{" + key + "}" not in text]
    article.asked += [(q, "") for q in rng.sample(silent, min(2, len(silent)))]
    return article


def news(n: int, seed: int) -> Iterator[Example]:
    """Examples from `n` made articles; the same seed makes the same ones."""
    rng = random.Random(seed)  # noqa: S311 - made texts, no secret
    for i in range(n):
        kind = rng.choice([_accident, _release, _deed, _office, _whether, _nameless, _nameless, _measured])
        yield from kind(rng).examples(rng, f"templates/{i}")
