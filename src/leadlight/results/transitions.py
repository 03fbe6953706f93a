"""Transitions as results: they are facts, told as they are."""

from leadlight.facts.transitions import LabelMove as LabelMove
from leadlight.facts.transitions import Transition as Transition
from leadlight.facts.transitions import Transitions as Transitions
