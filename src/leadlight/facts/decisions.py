"""Kinds of activity by who did them: those that decide a lead, and those that the company does.
Everything else a lead does itself.
"""

from __future__ import annotations

#: What loses a lead.
LOSSES = ("lost", "deal_lost", "opportunity_lost", "sales_rejected")
#: What decides a lead, or comes of a decision.
ENDS = (
    "won",
    "lost",
    "deal_won",
    "deal_lost",
    "opportunity_won",
    "opportunity_lost",
    "customer",
    "churned",
    "renewed",
)
#: What the company does, not the lead.
OURS = (
    "email_sent",
    "email_bounced",
    "call_attempted",
    "sales_accepted",
    "sales_rejected",
    "recycled",
    "offer_sent",
)
