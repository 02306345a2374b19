"""Words that names, comments and prose of the corpus are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _words(
    "account address amount angle answer archive basket batch beacon bonus border bottle bridge budget bundle button "
    "cabin camera candle canvas carton castle chapter circuit client cluster column corner credit crystal customer "
    "dataset deadline device diagram dollar domain drawer driver engine episode factor feature fence figure filter_rule "
    "finger flavor folder forest fragment gallon garden gateway glacier goal grade grain guest hammer harbor harvest "
    "header height_map hotel income insight invoice island journal jungle kernel kettle label ladder lantern layer "
    "ledger lesson letter lever list_entry locker magnet mapping margin marker market meadow measure member memo meter "
    "mirror moment motor mountain network nickel notice number_line object ocean offset option_code orbit order outcome "
    "owner package paper parcel partner patch payment pencil period phrase picture pigeon planet player pocket policy "
    "prize profile project quota radio rating reader receipt recipe region report request reward river rocket route "
    "salary sample school season segment sensor server session shelf signal sister slice_part socket source spring "
    "station statue street student_id subject summary_line supplier symbol_code table_row target_line task_entry "
    "temple ticket timer token_count topic tower tracker traffic trophy tunnel update user_entry valley vector_part "
    "vendor vertex village visitor volume voyage wagon wallet warehouse weight_sum window winter worker writer zone"
)
ADJECTIVES = _words(
    "active actual basic best bright broken busy cheap clean closed current daily dark double early empty extra fast "
    "final first_known fixed free fresh global green hidden inner known large last_seen local long main_part max min "
    "missing narrow new_found next_best old open outer partial pending plain prior private_key quick raw ready recent "
    "remote rough round second sharp short signed simple single slow small solid spare stable strict total upper used "
    "valid wide young"
)
VERBS = _words(
    "add apply build calculate change check choose collect combine compare compute convert copy count create describe "
    "detect double evaluate extract fetch find format generate handle increase inspect limit load locate lower make "
    "mark measure merge move_to normalize pack parse pick prepare print process read reduce remove render replace reset "
    "resolve scale search select send solve sort_out split store sum_of swap transform trim update validate visit "
    "write"
)


def noun(random: Random) -> str:
    """Draw a name for a value, such as ``budget`` or ``daily_budget``."""
    word = random.choice(NOUNS)
    return word if random.random() < 0.5 else f"{random.choice(ADJECTIVES)}_{word}"


def verb_phrase(random: Random) -> str:
    """Draw a name for a function, such as ``compute_budget``."""
    return f"{random.choice(VERBS)}_{noun(random)}"


def camel_case(name: str) -> str:
    """Turn ``daily_budget`` into ``DailyBudget``."""
    return "".join(word.capitalize() for word in name.split("_"))


def sentence(random: Random) -> str:
    """Draw a sentence as it stands in documentation."""
    verb = random.choice(VERBS).split("_")[0]
    first, second = (noun(random).replace("_", " ") for _ in range(2))
    return random.choice(
        (
            f"{verb.capitalize()}s the {first} of the given {second}.",
            f"{verb.capitalize()} the {first} and return the {second}.",
            f"Helper that {verb}s every {first}.",
            f"The {first} of a {second}.",
            f"Returns None if there is no {first} for the {second}.",
            f"{verb.capitalize()}s one {first} after the other until the {second} is done.",
        )
    )
