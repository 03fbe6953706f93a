"""What a picture is asked has a name in the catalog, so that a playbook may say it."""

from leadlight.facts.catalog import LEAD_ATTRIBUTES, Type
from leadlight.geo.questions import BY_NAME


def test_every_feature_is_an_attribute():
    """`pool_share > 0.02` in a playbook is no unknown name, and a number."""
    for name in BY_NAME:
        assert LEAD_ATTRIBUTES[name].type is Type.NUMBER, name
