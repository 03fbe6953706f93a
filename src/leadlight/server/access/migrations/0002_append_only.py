"""Lines of the audit log stay as they were written, whoever has the database open."""

from django.db import migrations

_VERBS = ("UPDATE", "DELETE")
_SQLITE = """
CREATE TRIGGER audit_line_{verb} BEFORE {verb} ON access_auditline
BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END
"""
_POSTGRES = """
CREATE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The audit log is only added to.' USING ERRCODE = '23000'; END $$;
CREATE TRIGGER audit_line_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access_auditline
FOR EACH STATEMENT EXECUTE FUNCTION audit_line_stays()
"""


def protect(apps, editor):
    """Have the database itself refuse to change a line."""
    if editor.connection.vendor == "sqlite":
        for verb in _VERBS:
            editor.execute(_SQLITE.format(verb=verb))
    else:
        editor.execute(_POSTGRES)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_first")]

    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
