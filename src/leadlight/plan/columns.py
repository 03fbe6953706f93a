"""The private columns of a plan: what each is called, and what it holds.

They stand in a plan's steps beside the playbook's own names. All begin with an underscore, which no
name of a playbook does. A statement for people (`plan/plan_text.py`) says what each means.
"""

from __future__ import annotations

# Of an activity ------------------------------------------------------------------------------

#: How long ago it was, in whole microseconds.
AGE = "_age"
#: The ids of the leads that told it, where a person is several leads.
TOLD_BY = "_told_by"


def slot_atom(slot: int) -> str:
    """The number of the atom of a slot (from 1) that an activity belongs to; NULL: of none."""
    return f"_s{slot}"


def age_factor(half_life: int) -> str:
    """What age has left of an activity by the n-th half-life (from 1), in billionths."""
    return f"_w{half_life}"


# Of a hit: an activity and an atom that it belongs to -------------------------------------------

#: The number of the atom. Later, of a lead's points and counts: whose they are.
ATOM = "_r"
#: What age has left of it, in billionths.
WEIGHT = "_w"


def occasion(column: str) -> str:
    """What tells the occasions of an atom apart that counts once for each."""
    return f"_o_{column}"


# Of a lead and an atom --------------------------------------------------------------------------

#: The sum of the weights.
WEIGHT_SUM = "_sum"
#: The largest weight: that of the newest activity.
WEIGHT_MOST = "_best"
#: How many activities.
HITS = "_n"
#: The ages of the newest and of the oldest activity, in microseconds.
YOUNGEST, OLDEST = "_youngest", "_oldest"


def points_of_atom(signal: str) -> str:
    """The points that an atom gives to a points signal, in hundred-billionths."""
    return f"_v_{signal}"


# Of a lead: behaviour ---------------------------------------------------------------------------

#: In how many microseconds the first of its activities leaves a window.
EXPIRES = "_expires"


def signal_total(signal: str) -> str:
    """A signal of activities as a whole number: a sum of points, a count, an age, a measure."""
    return f"_sum_{signal}"


def best_points(signal: str) -> tuple[str, str, str]:
    """The keys of a points signal's three weightiest rules (`plan/steps/reasons.py`)."""
    return (f"_h1_{signal}", f"_h2_{signal}", f"_h3_{signal}")


def fall_rate(signal: str) -> str:
    """How fast the positive points of a signal fade now: points over half-lives."""
    return f"_fall_{signal}"


def rise_rate(signal: str) -> str:
    """How fast its negative points fade."""
    return f"_rise_{signal}"


# Of a rank: the reference in which a plan over a few leads looks up ------------------------------

#: What the reference is called in a plan.
REFERENCE = "_reference"
#: The rank's name, a value of it, and how many leads have that or a lower one.
RANK_NAME, RANK_VALUE, RANK_UPTO = "_rank", "_value", "_upto"

# Of a lead: scores and routes -------------------------------------------------------------------

#: The keys of the three weightiest rules on attributes.
BEST_FIT = ("_g1", "_g2", "_g3")
#: The keys of the three weightiest of all rules.
TOP = ("_m1", "_m2", "_m3")
#: The number of the first route that holds (from 1); 0: of none.
ROUTE = "_route"


def fit_points(score: str, rule: int) -> str:
    """What the n-th rule (from 1) of an explicit score gives a lead, in hundredths of points."""
    return f"_f_{score}_{rule}"


def fit_key(score: str, rule: int) -> str:
    """The same as a key: its size, then the rule's place, so that a maximum ranks rules."""
    return f"_k_{score}_{rule}"


# Of a lead: a learned model ---------------------------------------------------------------------


def model_place(score: str, side: int) -> str:
    """The place of a value on a model's n-th side (from 1); a term looks up what it adds there."""
    return f"_w_{score}_{side}"


def model_term(score: str, term: int) -> str:
    """What a model's n-th term (from 1) adds, in ten-millionths of log-odds."""
    return f"_t_{score}_{term}"


def model_key(score: str, term: int) -> str:
    """How weighty a model's n-th term is for a lead, then what it says, as one integer."""
    return f"_k_{score}_{term}"


def model_group_key(score: str, first: int) -> str:
    """The largest of a few terms' keys, from the term after the n-th on."""
    return f"_j_{score}_{first}"


def model_best(score: str, rank: int) -> str:
    """The key of a model's weightiest, second and third term (1 to 3)."""
    return f"_b_{score}_{rank}"


# Of a lead: texts -------------------------------------------------------------------------------


def search_answer(search: int) -> str:
    """Whether a text was found in an attribute, looked up among its distinct values."""
    return f"_p{search}"
