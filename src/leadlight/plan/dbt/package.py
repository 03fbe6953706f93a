"""All files of a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Everyone, Moments
from leadlight.facts.relation import TableName
from leadlight.plan.any_moment import ANY_MOMENT
from leadlight.plan.column_docs import Meanings, step_words
from leadlight.plan.compile import Plan, compile_plan
from leadlight.plan.dbt.docs import MARK, ModelDocs
from leadlight.plan.dbt.models import (
    ABOUT,
    POINTS,
    QUALIFICATION,
    REASONS,
    SCORES,
    Model,
    models_of,
)
from leadlight.plan.dbt.reasons import COLUMNS, ReasonsWriter
from leadlight.plan.dbt.template import StandIns, escape
from leadlight.plan.plan_text import harmless, relations_read
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook
from leadlight.playbook.yaml_text import quoted
from leadlight.problems import CannotDo

RELATIONS = ("leads", "activities", "pairs")
_MOMENT = ANY_MOMENT.isoformat(sep=" ")
_AS_OF = "{{ leadlight_as_of() }}"
#: The moment of a run: what is said, or when the run began. Engines read a zone differently, or
#: read over it: the text has none.
_MACROS = f"""{{# {MARK.removeprefix("# ")} #}}
{{% macro leadlight_as_of() -%}}
{{%- set said = var('leadlight_as_of', none) or run_started_at.strftime('%Y-%m-%d %H:%M:%S') -%}}
{{%- set iso = said | string | replace('Z', '+00:00') -%}}
{{%- set at = modules.datetime.datetime.fromisoformat(iso) -%}}
{{%- if at.tzinfo -%}}
{{%- set at = at.astimezone(modules.pytz.utc).replace(tzinfo=none) -%}}
{{%- endif -%}}
{{{{ at.isoformat(sep=' ') }}}}
{{%- endmacro %}}

{{% test leadlight_unique(model, columns) %}}
{{%- set names = [] -%}}
{{%- for column in columns -%}}{{%- do names.append(adapter.quote(column)) -%}}{{%- endfor -%}}
select {{{{ names | join(', ') }}}}, count(*) as how_many
from {{{{ model }}}}
group by {{{{ names | join(', ') }}}}
having count(*) > 1
{{% endtest %}}
"""


@dataclass(frozen=True)
class PackageFile:
    """A file of the package: its path in it, and its text."""

    path: str
    text: str


@dataclass(frozen=True)
class DbtPackage:
    """A playbook as a package. `relations` are the names of the tables that it reads (schema.table,
    or database.schema.table); with `pairs` each lead is qualified at its own moments.
    """

    book: Playbook
    catalog: Catalog
    engine: str
    relations: Mapping[str, tuple[str, ...]]
    title: str
    notes: tuple[str, ...] = ()

    def files(self) -> list[PackageFile]:
        """Every file, in the order in which one reads them."""
        stand_ins = StandIns(_texts_of(self.book))
        plan = self._plan(stand_ins)
        models, outputs = models_of(plan)
        tables = {step: stand_ins.name(_ref(model)) for step, model in outputs.items()}
        texts = {m.name: self._model(m, plan, stand_ins, tables) for m in models}
        columns: dict[str, Sequence[str]] = {m.name: m.columns for m in models}
        key = ("lead_id", "as_of") if "pairs" in self.relations else ("lead_id",)
        reasons, test = self._reasons(models, plan, stand_ins, key)
        if reasons:
            texts[REASONS] = reasons
            columns[REASONS] = (*key, *COLUMNS[1:])
        docs = ModelDocs(self.book, self.catalog)
        return [
            PackageFile("dbt_project.yml", self._project()),
            PackageFile("README.md", self._readme(plan, list(texts))),
            PackageFile("macros/leadlight.sql", _MACROS),
            PackageFile("models/sources.yml", self._sources()),
            *(PackageFile(f"models/{name}.sql", text) for name, text in texts.items()),
            PackageFile("models/schema.yml", docs.schema(columns, key)),
            *([PackageFile("tests/leadlight_reasons_add_up.sql", test)] if test else []),
        ]

    def _plan(self, stand_ins: StandIns) -> Plan:
        leads, log, pairs = (
            TableName(stand_ins.name(f"{{{{ source('leadlight_{n}', {_var(n, 'table')}) }}}}"))
            for n in RELATIONS
        )
        cohort: Cohort = Moments(pairs) if "pairs" in self.relations else Everyone(ANY_MOMENT)
        sources = Sources(self.catalog, leads, log)
        return compile_plan(self.book, sources, cohort, self.engine, signals=True)

    def _model(
        self, model: Model, plan: Plan, stand_ins: StandIns, tables: Mapping[str, str]
    ) -> str:
        tree = model.tree()
        inner = {s.name for s in model.steps}
        for table in tree.find_all(exp.Table):
            if table.name in tables and table.name not in inner:
                table.set("this", exp.to_identifier(tables[table.name], quoted=True))
        for step in model.steps:
            _comment(tree, step.name)
        about = [f"{self.title}.", *self.notes, ABOUT[model.name]]
        if model.name in (POINTS, QUALIFICATION) and any(s.name == "activity" for s in model.steps):
            about += [f"{n} = {names}: {what}" for n, names, what in Meanings(self.book).rules()]
        return self._text(tree, about, plan, stand_ins)

    def _text(self, tree: exp.Query, about: Sequence[str], plan: Plan, stand_ins: StandIns) -> str:
        sql = tree.sql(dialect=plan.dialect.name, identify=True, pretty=True, comments=True)
        body = stand_ins.fill(sql, plan.dialect.name, {_MOMENT: _AS_OF})
        head = [MARK.removeprefix("# "), *about]
        return "".join(f"-- {escape(harmless(line, 2_000))}\n" for line in head) + body + "\n"

    def _reasons(
        self, models: Sequence[Model], plan: Plan, stand_ins: StandIns, key: Sequence[str]
    ) -> tuple[str | None, str | None]:
        names = {m.name for m in models}
        if SCORES not in names:
            return None, None
        writer = ReasonsWriter(
            self.book,
            stand_ins.name(_ref(POINTS)) if POINTS in names else None,
            stand_ins.name(_ref(SCORES)),
            tuple(key),
        )
        model, test = writer.model(), writer.test(stand_ins.name(_ref(REASONS)))
        if model is None or test is None:
            return None, None
        about = [f"{self.title}.", *self.notes]
        return (
            self._text(model, [*about, ABOUT[REASONS]], plan, stand_ins),
            self._text(
                test,
                [*about, "The rows whose reasons do not add up to their score: there are none."],
                plan,
                stand_ins,
            ),
        )

    def _project(self) -> str:
        lines = [
            MARK,
            "name: leadlight",
            "version: '1.0.0'",
            "config-version: 2",
            "profile: leadlight",
            "model-paths: [models]",
            "macro-paths: [macros]",
            "test-paths: [tests]",
            "models:",
            "  leadlight:",
            "    +materialized: table",
            "vars:",
            "  # The moment of the qualification in UTC, such as '2026-11-01 08:00:00'; null: when"
            " the run begins.",
            "  leadlight_as_of: null",
            "  # Where the relations stand. A database of null is that of the target.",
        ]
        for name in self._read():
            database, schema, table = _parts(self.relations.get(name, (name,)))
            for key, value in (("database", database), ("schema", schema), ("table", table)):
                said = "null" if value is None else quoted(escape(value))
                lines.append(f"  leadlight_{name}_{key}: {said}")
        return "\n".join(lines) + "\n"

    def _read(self) -> tuple[str, ...]:
        return RELATIONS if "pairs" in self.relations else RELATIONS[:2]

    def _sources(self) -> str:
        lines = [MARK, "version: 2", "", "sources:"]
        about = {
            "leads": "One row a lead, as of now: lead_id, then attributes by their standard names.",
            "activities": "One row an activity: lead_id, occurred_at (UTC), kind, then columns.",
            "pairs": "The moments at which leads are qualified: lead_id, as_of (UTC).",
        }
        for name in self._read():
            lines += [
                f"  - name: leadlight_{name}",
                f"    description: {quoted(about[name])}",
                f'    database: "{{{{ {_var(name, "database")} or target.database }}}}"',
                f'    schema: "{{{{ {_var(name, "schema")} or target.schema }}}}"',
                "    tables:",
                f'      - name: "{{{{ {_var(name, "table")} }}}}"',
                f"        description: {quoted(about[name])}",
            ]
        return "\n".join(lines) + "\n"

    def _readme(self, plan: Plan, models: Sequence[str]) -> str:
        listed = "\n".join(f"- `{name}`: {ABOUT[name]}" for name in models)
        reads = "\n".join(f"    {line}" for line in relations_read(plan, self.book, self.catalog))
        notes = "\n\n".join(self.notes)
        return (
            f"<!-- {MARK.removeprefix('# ')} -->\n\n# {harmless(self.title)}\n\n{notes}\n\n"
            f"{listed}\n\n"
            "Use it as a package (`packages.yml`: `- local: PATH`), or run it as a project with a"
            " profile called `leadlight`.\n\n"
            "    dbt build --vars \"{leadlight_as_of: '2026-11-01'}\"\n\n"
            f"{reads}\n\n"
            "Change the playbook and print the package again; what you change in these files is"
            " lost.\n"
        )


def _ref(model: str) -> str:
    return f"{{{{ ref('{model}') }}}}"


def _var(relation: str, key: str) -> str:
    return f"var('leadlight_{relation}_{key}')"


def _parts(names: tuple[str, ...]) -> tuple[str | None, str | None, str]:
    """(database, schema, table) of a name with one to three parts."""
    if not 1 <= len(names) <= 3:
        raise CannotDo("A relation is a table, schema.table or database.schema.table.")
    plain = [n.strip('"`') for n in names]
    return (
        plain[-3] if len(plain) == 3 else None,
        plain[-2] if len(plain) > 1 else None,
        plain[-1],
    )


def _comment(tree: exp.Query, name: str) -> None:
    """Say above a step what it is."""
    with_ = tree.args.get("with_")
    for step in with_.expressions if with_ else ():
        query = step.this
        while isinstance(query, exp.SetOperation):
            query = query.left
        if step.alias == name:
            query.add_comments([f" {harmless(step_words(name), 400)} "])


def _texts_of(book: Playbook) -> str:
    return repr(book)
