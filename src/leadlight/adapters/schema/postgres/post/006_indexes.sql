-- What a person has is looked for with every assignment, and what a company has with each of its leads.

CREATE INDEX CONCURRENTLY IF NOT EXISTS assignment_facts_person ON assignment_facts (person, department);

CREATE INDEX CONCURRENTLY IF NOT EXISTS assignment_facts_company ON assignment_facts (company) WHERE company IS NOT NULL;
