"""What a condition may call gives on the engine what it says."""

import pytest

from tests.conftest import Qualify

BOOK = """
scales:
  answer:
    - "yes": {condition}
    - "no": otherwise
"""

FACTS = """
2026-01-05  ana  email = Ana@Acme.com, phone = +44-20-555, job_title = 'Deputy CEO', company = 100%_pure, employees = 50
2026-01-05  bob  email = not-an-address, job_title = 'Ceok', created_at = 2026-01-01, budget = 0
"""


@pytest.mark.parametrize(
    ("condition", "ana", "bob"),
    [
        ("has_word(job_title, 'ceo')", "yes", "no"),
        ("has_word(job_title, 'dep', 'deputy')", "yes", "no"),
        ("valid_email(email)", "yes", "no"),
        ("email_domain(email) = 'acme.com'", "yes", "no"),
        ("length(digits(phone)) = 7", "yes", "no"),
        ("contains(company, '%_')", "yes", "no"),
        ("starts_with(company, '100%')", "yes", "no"),
        ("ends_with(company, 'e')", "yes", "no"),
        ("contains(company, '0_p')", "no", "no"),
        ("days_since(created_at) = 9.5", "no", "yes"),
        ("created_at < '2026-01-02'", "no", "yes"),
        ("employees / budget > 1", "no", "no"),
        ("budget / budget is null", "yes", "yes"),
        ("not (employees > 60)", "yes", "no"),
        ("employees is null", "no", "yes"),
        ("coalesce(employees, 0) / 100 = 0.5", "yes", "no"),
        ("case when employees > 10 then 'big' else 'small' end = 'big'", "yes", "no"),
        ("employees between 50 and 60", "yes", "no"),
        ("lower(email) like 'ana%'", "yes", "no"),
        ("job_title ilike '%ceo'", "yes", "no"),
        ("recorded(email) and not recorded(email) = false", "yes", "yes"),
    ],
)
def test_a_function_gives_what_it_says(
    qualify: Qualify, condition: str, ana: str, bob: str
) -> None:
    book = BOOK.format(condition=f'"{condition}"')
    assert qualify("ana", "2026-01-10 12:00", playbook=book, facts=FACTS).answer == ana
    assert qualify("bob", "2026-01-10 12:00", playbook=book, facts=FACTS).answer == bob
