"""What holds for every shipped playbook, whatever it calls warm."""

from __future__ import annotations

import re

import pytest

from leadlight.facts.catalog import KINDS, Catalog
from leadlight.playbook.order import conditions_of
from leadlight.playbook.presets import best_preset, preset_names, preset_text
from leadlight.playbook.read import must_read, read_playbook
from leadlight.playbook.spec import Points
from leadlight.problems import CannotDo

NAMES = preset_names()
SCHOOLS = {
    "leads-classification": "Leads Classification",
    "lead-concept": "The concept of lead and lead generation, its classification and types",
    "assessment-and-scoring": "Leads are there: assessment, qualification and scoring",
    "base-segmentation": "Why segment the lead base",
    "sales-leads": "What are leads in sales",
}
#: What a company's system says of the outcome, or after it.
LATE = {"converted", "converted_at", "crm_stage", "crm_status", "crm_rating", "dropped_reason"}
OUTCOMES = {
    "won",
    "lost",
    "returned",
    "subscription_started",
    "subscription_renewed",
    "subscription_cancelled",
}


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_and_checks_without_a_fault_or_a_doubt(name):
    book, problems = read_playbook(preset_text(name), file=f"{name}.yml", catalog=Catalog())
    assert book is not None
    assert problems == []


@pytest.mark.parametrize("name", NAMES)
def test_it_has_what_reports_know(name):
    book = must_read(preset_text(name))
    scales = {s.name: [la.name for la in s.labels] for s in book.scales}
    assert scales["temperature"] == ["hot", "warm", "cold"]
    assert scales["audience"] == ["target", "non_target"]
    assert {"reachable", "empty"} <= set(scales["contact"])
    assert scales["stage"][0] == "customer"
    assert scales["stage"][-1] == "non_qualified"
    assert {"fit", "engagement"} <= {s.name for s in book.scores}
    assert book.routes[-1].when is None


@pytest.mark.parametrize("name", NAMES)
def test_its_points_are_capped_fade_and_speak(name):
    book = must_read(preset_text(name))
    (heat,) = [s for s in book.signals if isinstance(s, Points)]
    assert heat.at_most == 100
    assert any(rule.points < 0 for rule in heat.rules)
    for rule in heat.rules:
        assert rule.at_most is not None
        assert rule.match.within is not None
        assert rule.half_life is not None or rule.points < 0
        assert rule.say
        assert set(rule.match.kinds) <= set(KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_no_outcome_feeds_a_score(name):
    book = must_read(preset_text(name))
    conditions = conditions_of(book)
    reached: set[str] = set()
    todo = [s.name for s in book.scores]
    while todo:
        for condition in conditions.get(todo.pop(), ()):
            todo += [n for n in condition.names if n not in reached]
            reached |= condition.names
    assert not reached & LATE
    for signal in book.signals:
        if isinstance(signal, Points):
            assert not OUTCOMES & {k for rule in signal.rules for k in rule.match.kinds}


@pytest.mark.parametrize("name", NAMES)
def test_bant_is_four_questions(name):
    book = must_read(preset_text(name))
    (bant,) = [s for s in book.signals if s.name == "bant"]
    assert [q.id for q in bant.questions] == ["budget", "authority", "need", "timeline"]
    assert all(q.no is not None for q in bant.questions)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_which_text_it_comes_from(name):
    about = must_read(preset_text(name)).about
    assert (
        SCHOOLS[name] in about
        if name in SCHOOLS
        else any(title in about for title in SCHOOLS.values())
    )


@pytest.mark.parametrize("name", NAMES)
def test_its_segments_cover_what_a_base_is_cut_by(name):
    segments = {s.name for s in must_read(preset_text(name)).segments}
    assert {"from_search", "from_social", "europe", "woke_up", "do_not_mail"} <= segments
    assert any(s.startswith("knows_") for s in segments)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_commented_for_its_reader(name):
    text = preset_text(name)
    assert len(re.findall(r"^\s*#", text, re.MULTILINE)) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_a_lead_of_which_nothing_is_known_is_judged_kindly(qualify, name):
    """
    2026-01-06  ana  first_name = Ana
    """
    ana = qualify("ana", "2026-01-07", preset=name)
    assert (ana.temperature, ana.audience, ana.contact, ana.stage) == (
        "cold",
        "target",
        "empty",
        "non_qualified",
    )
    assert (ana.fit, ana.engagement) == (0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_every_class_has_its_next_step(qualify, name):
    """
    2026-01-01  mia  email = mia@acme.io
    2026-01-01  tom  email = tom@acme.io, tags = competitor
    2026-01-01  eva  email = test@test.com, phone = 12345
    2026-01-01  ida  email = ida@acme.io
    2026-01-05  ida  won value=900
    2025-10-05  ida  subscription_started
    """
    said = {lead: qualify(lead, "2026-01-07", preset=name) for lead in ("mia", "tom", "eva", "ida")}
    assert said["tom"].audience == "non_target"
    assert said["tom"].department == "market research"
    assert said["eva"].contact == "empty"
    assert said["eva"].department == "data desk"
    assert said["ida"].stage == "customer"
    assert len({q.department for q in said.values()}) == 4


@pytest.mark.parametrize("name", NAMES)
def test_a_customer_who_left_is_none(qualify, name):
    """
    2025-06-05  ida  won value=900
    2025-06-05  ida  subscription_started
    2025-12-01  ida  subscription_cancelled
    """
    assert qualify("ida", "2025-11-30", preset=name).stage == "customer"
    assert qualify("ida", "2026-01-07", preset=name).stage != "customer"


@pytest.mark.parametrize("name", NAMES)
def test_who_unsubscribed_is_sent_no_mail_until_it_comes_back(qualify, name):
    """
    2026-01-01  ana  email = ana@acme.io
    2026-01-02  ana  unsubscribed
    2026-02-02  ana  newsletter_subscribed
    """
    assert qualify("ana", "2026-01-03", preset=name).next_step.startswith("Send no mail")
    assert not qualify("ana", "2026-02-03", preset=name).next_step.startswith("Send no mail")


@pytest.mark.parametrize("name", NAMES)
def test_a_sleeper_that_wakes_up_is_seen(qualify, name):
    """
    2026-01-05  ana  webinar_attended
    2026-05-05  ana  page_viewed
    """
    assert "woke_up" not in qualify("ana", "2026-04-30", preset=name).segments
    assert "woke_up" in qualify("ana", "2026-05-06", preset=name).segments


@pytest.mark.parametrize("name", NAMES)
def test_our_own_mails_warm_nobody(qualify, name):
    """
    2026-01-05  ana  email_sent
    2026-01-05  ana  call_attempted
    2026-01-06  ana  email_sent
    """
    ana = qualify("ana", "2026-01-07", preset=name)
    assert (ana.temperature, ana.engagement, ana.silence) == ("cold", 0, None)


def test_an_unknown_preset_is_met_with_the_nearest_name():
    with pytest.raises(CannotDo, match="b2b-saas"):
        preset_text("b2b-sas")


def test_a_path_is_no_preset():
    with pytest.raises(CannotDo):
        preset_text("../../../pyproject")


@pytest.mark.parametrize(
    ("columns", "kinds", "name"),
    [
        (["email"], [], "b2b-saas"),
        ([], [], "b2b-saas"),
        (["email", "company", "industry", "employees"], ["demo_requested"], "b2b-saas"),
        (["email", "age", "gender", "city"], ["product_viewed", "cart_added", "won"], "b2c-shop"),
        (
            ["source", "specialization", "what_matters_most_to_you_in_choosing_a_course"],
            [],
            "education",
        ),
        (["email", "phone"], ["application_filled", "page_viewed", "webinar_attended"], "b2b-saas"),
        (["email", "course", "phone"], ["application_filled"], "education"),
        (["phone", "appointment_date", "service"], ["quote_requested"], "services"),
    ],
)
def test_the_columns_choose_the_preset(columns, kinds, name):
    assert best_preset(columns, kinds) == name


@pytest.mark.parametrize("name", ["b2b-saas", "services"])
def test_what_sales_gave_back_is_recycled_until_it_takes_a_step(qualify, name):
    """
    2026-01-01  ana  email = ana@acme.io
    2026-01-05  ana  demo_requested
    2026-01-06  ana  sales_accepted
    2026-01-20  ana  recycled result='no budget yet'
    2026-02-01  ana  email_sent
    2026-03-01  ana  page_viewed

    Our own mails are no step of its own, and what sales gave as its reason is known.
    """
    assert qualify("ana", "2026-01-19", preset=name).stage == "sales_accepted"
    back = qualify("ana", "2026-02-02", preset=name)
    assert (back.stage, back.sent_back_for, back.department) == (
        "recycled",
        "no budget yet",
        "marketing",
    )
    assert qualify("ana", "2026-03-01", preset=name).stage != "recycled"


@pytest.mark.parametrize("name", ["b2b-saas", "services"])
def test_who_wakes_up_is_called_while_warm(qualify, name):
    """
    2026-01-01  ana  email = ana@acme.io
    2026-01-01  ana  phone = '+49 151 23456789'
    2026-01-05  ana  webinar_attended
    2026-05-05  ana  page_viewed
    """
    assert qualify("ana", "2026-05-06", preset=name).next_step.startswith("Call while it is warm")
    assert not qualify("ana", "2026-05-20", preset=name).next_step.startswith("Call")


def ladder(name: str, scale: str) -> list[str]:
    """A preset's labels, the best first."""
    return [
        la.name for s in must_read(preset_text(name)).scales if s.name == scale for la in s.labels
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_lead_of_an_export_does_not_fall_when_its_log_begins(qualify, name):
    """
    2026-01-05  ana  email = ana@acme.io, industry = software, employees = 300, created_at = 2026-01-02
    2026-01-05  ana  last_activity_at = 2026-01-04, minutes_on_site = 12, visits = 5
    2026-01-06  ana  page_viewed

    It was hot, "Call now", until it looked at a page; then cold, "Newsletter".
    """
    before, after = (
        qualify("ana", "2026-01-05 12:00", preset=name),
        qualify("ana", "2026-01-06 12:00", preset=name),
    )
    assert before.temperature in ("hot", "warm")
    assert after.temperature == before.temperature
    assert after.recorded_interest == before.recorded_interest


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dated", ["last_activity_at = 2026-01-05", "city = Oslo"])
def test_an_old_step_that_is_imported_late_does_not_hide_a_new_one(qualify, name, dated):
    """
    Budget, authority, need and a date, seen yesterday or with no date at all; then a page of five months ago comes in.
    """
    facts = f"""
2026-01-05  ana  email = ana@acme.io, budget = 40000, authority = decision_maker, need = tills, timeline = now
2026-01-05  ana  product = tills, {dated}
"""
    before = qualify("ana", "2026-01-06", preset=name, facts=facts)
    after = qualify(
        "ana", "2026-01-06", preset=name, facts=f"{facts}2025-08-06  ana  page_viewed\n"
    )
    assert before.temperature in ("hot", "warm")
    assert after.temperature == before.temperature


MEMBERS = [n for n in NAMES if "member_service_request" in ladder(n, "stage")]


@pytest.mark.parametrize("name", MEMBERS)
def test_who_renews_is_no_newcomer(qualify, name):
    """
    2025-06-05  ana  subscription_started
    2025-12-20  ana  subscription_renewed
    2025-12-20  bob  converted = true
    2026-01-02  bob  subscription_renewed
    2025-06-05  eve  subscription_started
    2026-01-02  eve  subscription_started
    2026-01-02  ida  subscription_started

    A subscriber of 200 days that renewed was told "Help it to get started".
    """
    assert qualify("ida", "2026-01-07", preset=name).stage == "member_service_request"
    for member in ("ana", "bob", "eve"):
        assert qualify(member, "2026-01-07", preset=name).stage == "customer"


@pytest.mark.parametrize("name", MEMBERS)
def test_who_left_and_joins_again_is_a_newcomer(qualify, name):
    """
    2025-01-05  ana  subscription_started
    2025-03-05  ana  subscription_renewed
    2025-06-05  ana  subscription_cancelled
    2026-01-02  ana  subscription_started
    """
    assert qualify("ana", "2025-05-05", preset=name).stage == "customer"
    assert qualify("ana", "2026-01-07", preset=name).stage == "member_service_request"
    assert qualify("ana", "2026-02-07", preset=name).stage == "customer"


@pytest.mark.parametrize("name", NAMES)
def test_what_speaks_against_a_lead_is_no_step_that_wakes_it(qualify, name):
    """
    A lost lead with a budget, authority, a need and a date unsubscribed: it was cold, and then warm or hot.
    """
    facts = """
2026-01-05  ana  email = ana@acme.io, budget = 40000, authority = decision_maker, need = tills, timeline = now
2025-09-05  ana  webinar_attended
2025-12-20  ana  lost
"""
    before = qualify("ana", "2026-01-06", preset=name, facts=facts)
    after = qualify(
        "ana", "2026-01-06", preset=name, facts=f"{facts}2026-01-05 12:00  ana  unsubscribed\n"
    )
    assert (before.temperature, after.temperature) == ("cold", "cold")
    assert after.silence == before.silence
    assert "woke_up" not in after.segments


@pytest.mark.parametrize("name", NAMES)
def test_who_asked_for_no_more_mail_is_not_called_by_what_an_export_counted(qualify, name):
    """
    2026-01-05  ana  email = ana@acme.io, created_at = 2026-01-02
    2026-01-05  ana  last_activity_at = 2026-01-04, minutes_on_site = 12
    2026-01-06  ana  email_complained
    """
    assert qualify("ana", "2026-01-05 12:00", preset=name).recorded_interest == 40
    assert qualify("ana", "2026-01-06 12:00", preset=name).recorded_interest == 20
