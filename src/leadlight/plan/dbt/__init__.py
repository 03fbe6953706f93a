"""A playbook as a package of dbt: the plan's statement cut into models, with their tests and docs.

The SQL is that of `plan --sql`, step for step. What dbt fills in (names of models and of sources,
the moment) stands in it as its own template language; everything else is made safe from that
language, so that no text of a playbook is ever read as a template.
"""
