"""Scoring rules of other systems, translated into a playbook: the exports of HubSpot and Mautic.

Text in, text out: what an export says becomes signals, scores, scales and segments, and what it
says that no playbook can say is named with its reason and a way out.
"""
