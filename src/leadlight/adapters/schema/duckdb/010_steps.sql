-- What became of leads in tracks: who entered, which step was taken, who left and why. Rows are only added.

CREATE TABLE step_facts (
    fact_no     BIGINT NOT NULL,     -- the order of these facts
    lead_id     VARCHAR NOT NULL,    -- empty: of the track itself (stopped, resumed)
    track       VARCHAR NOT NULL,
    entry       INTEGER NOT NULL,    -- the lead's first, second ... time in the track
    step        INTEGER NOT NULL,    -- from 1; 0: of the entry
    kind        VARCHAR NOT NULL,    -- entered, held_out, sent, failed, uncertain, task, text, left, stopped, resumed
    variant     VARCHAR,
    because     VARCHAR,             -- why it left, failed or stopped
    mail_id     VARCHAR,
    occurred_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
