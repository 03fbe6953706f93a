-- What is told of assignments and clocks: a run of its own has a row for each lead, and here is what it says.

CREATE TABLE routing_events (
    run_no     INTEGER NOT NULL,
    lead_id    VARCHAR NOT NULL,
    steps      VARCHAR NOT NULL,     -- assigned, kept, reassigned, handed_over, held; warned, breached, owner, manager, reassign; joined by '; '
    person     VARCHAR,
    department VARCHAR NOT NULL,
    due_at     TIMESTAMP,
    because    VARCHAR NOT NULL
);
