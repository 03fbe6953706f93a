"""Lines of the audit log stay as they were written, whoever has the file open."""

from django.db import migrations

_REFUSE = """
CREATE TRIGGER audit_line_{verb} BEFORE {verb} ON access_auditline
BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_first")]

    operations = [
        migrations.RunSQL(_REFUSE.format(verb=verb), f"DROP TRIGGER IF EXISTS audit_line_{verb};")
        for verb in ("UPDATE", "DELETE")
    ]
