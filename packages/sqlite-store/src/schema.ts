import { StoreVersionError } from '@dureq/types'
import type { Connection } from './connection.ts'

/**
 * The steps that make the schema, oldest first; `user_version` counts those a file has had. A change to the schema is
 * a new step, never a change of an old one.
 */
const migrations: readonly string[] = [
  `
  -- What a job is. Nothing here changes while it waits and runs, but the payload by an operator's order.
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY,       -- a ticket: the order in which jobs were created
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    priority INTEGER NOT NULL,
    run_at INTEGER,                -- null: at once
    created_at INTEGER NOT NULL,
    options TEXT,                  -- everything else that was stated, as JSON; null when nothing was
    payload TEXT NOT NULL
  );
  CREATE INDEX jobs_by_type ON jobs (type, seq);

  -- Where its firing stands. The columns are what is searched for; the rest of the state is JSON.
  CREATE TABLE firings (
    seq INTEGER PRIMARY KEY,       -- of its job
    type TEXT NOT NULL,
    version TEXT NOT NULL,         -- '' for none
    status INTEGER NOT NULL,
    tier INTEGER,                  -- null unless it stands in a line
    pos INTEGER,                   -- a ticket; negative for those that joined at the front
    due_class INTEGER,
    due_at INTEGER,                -- when time alone moves it; what that means the class decides
    listed_at INTEGER,             -- its place in the listing of its status; null while pending
    cancel_node TEXT,              -- the node that is to abort its run
    state TEXT NOT NULL,
    progress TEXT,
    output TEXT
  );
  CREATE INDEX firings_in_line ON firings (tier, type, version, pos) WHERE tier IS NOT NULL;
  CREATE INDEX firings_by_due ON firings (due_class, due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX firings_listed ON firings (status, type, listed_at) WHERE listed_at IS NOT NULL;
  CREATE INDEX firings_to_abort ON firings (cancel_node) WHERE cancel_node IS NOT NULL;

  -- Finished runs but the newest of each firing, which is part of its state.
  CREATE TABLE runs (
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (seq, n)
  ) WITHOUT ROWID;

  CREATE TABLE unique_keys (
    key TEXT PRIMARY KEY,
    job_id TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE request_ids (
    request_id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX request_ids_by_expiry ON request_ids (expires_at);

  CREATE TABLE counts (
    type TEXT NOT NULL,
    status INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (type, status)
  ) WITHOUT ROWID;

  -- The lines somebody stands in.
  CREATE TABLE lines (
    tier INTEGER NOT NULL,
    type TEXT NOT NULL,
    version TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    arrived INTEGER NOT NULL,      -- ticket of the last arrival
    type_turn INTEGER NOT NULL,    -- ticket of the last time its type was served; lowest is next
    turn INTEGER NOT NULL,         -- the same of the line, among those of its type
    PRIMARY KEY (tier, type, version)
  ) WITHOUT ROWID;

  -- Up to 100 events a row.
  CREATE TABLE events (
    last INTEGER PRIMARY KEY,      -- running number of its last event
    count INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
  );

  CREATE TABLE lanes (
    caller TEXT NOT NULL,
    lane INTEGER NOT NULL,
    number INTEGER NOT NULL,
    done INTEGER NOT NULL,         -- items of the call that are done
    notes TEXT NOT NULL,           -- what the answer cannot be rebuilt from, as JSON
    at INTEGER NOT NULL,
    PRIMARY KEY (caller, lane)
  ) WITHOUT ROWID;
  CREATE INDEX lanes_by_age ON lanes (at);

  CREATE TABLE handler_sets (
    id TEXT PRIMARY KEY,
    handlers TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE nodes (
    id TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    info TEXT,                     -- null once it was taken off: then only the start is remembered
    handler_set TEXT,
    expires_at INTEGER NOT NULL,   -- of the announcement, then of the memory
    draining INTEGER NOT NULL,
    crashed INTEGER NOT NULL       -- node.crash_detected was written for this start
  ) WITHOUT ROWID;
  CREATE INDEX nodes_by_expiry ON nodes (expires_at);
  CREATE INDEX nodes_by_handler_set ON nodes (handler_set);

  CREATE TABLE locks (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX locks_by_expiry ON locks (expires_at);

  CREATE TABLE settings (
    version INTEGER PRIMARY KEY,
    body TEXT NOT NULL
  );

  -- One row: what is counted through.
  CREATE TABLE numbers (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    ticket INTEGER NOT NULL,
    event INTEGER NOT NULL,
    settings_version INTEGER NOT NULL,
    credit_high INTEGER NOT NULL,
    credit_normal INTEGER NOT NULL,
    credit_low INTEGER NOT NULL
  );
  INSERT INTO numbers VALUES (1, 0, 0, 0, 10, 5, 1);
  `,
  `
  -- What is read of a job with its payload is one text, the same for all jobs of a batch.
  ALTER TABLE jobs RENAME TO old_jobs;
  DROP INDEX jobs_by_type;
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY,       -- a ticket: the order in which jobs were created
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    facts TEXT NOT NULL,           -- everything else that was stated, as JSON
    payload TEXT NOT NULL
  );
  INSERT INTO jobs
    SELECT seq, id, type, json_array(priority, created_at, run_at, json(coalesce(options, 'null'))), payload
    FROM old_jobs;
  DROP TABLE old_jobs;
  CREATE INDEX jobs_by_type ON jobs (type, seq);

  -- The progress of a run is part of its record.
  UPDATE firings SET state = json_insert(state, '$[7][6]', NULL)
    WHERE progress IS NOT NULL AND json_array_length(state, '$[7]') = 6;
  UPDATE firings SET state = json_insert(state, '$[7][7]', progress) WHERE progress IS NOT NULL;
  ALTER TABLE firings DROP COLUMN progress;

  -- There are few leases at a time and all come and go, so they are in one index only.
  UPDATE firings SET due_class = 4 WHERE status = 2;
  DROP INDEX firings_listed;
  CREATE INDEX firings_listed ON firings (status, type, listed_at) WHERE listed_at IS NOT NULL AND status <> 2;
  DROP INDEX lanes_by_age;
  `,
  `
  -- What a recurring job that has not ended has besides its rows in jobs and firings, where it stands under the status
  -- derived from its firings. Each of those has a job and a firing of its own, whose number is below 0.
  CREATE TABLE schedules (
    seq INTEGER PRIMARY KEY,       -- of its job
    due_at INTEGER,                -- null while it is paused and when nothing is left to fire
    version INTEGER NOT NULL,
    plan TEXT NOT NULL,            -- when it fires and what it has passed over, as JSON
    tally TEXT NOT NULL            -- how many of its firings stand where, as JSON
  );
  CREATE INDEX schedules_by_due ON schedules (due_at) WHERE due_at IS NOT NULL;

  CREATE TABLE recurring_firings (
    job INTEGER NOT NULL,          -- number of the job
    at INTEGER NOT NULL,           -- the firing time
    triggered INTEGER NOT NULL,
    seq INTEGER NOT NULL,          -- of the firing
    standing INTEGER NOT NULL,
    ended INTEGER,                 -- a ticket: the order in which they ended
    PRIMARY KEY (job, at, triggered)
  ) WITHOUT ROWID;
  CREATE INDEX recurring_firings_standing ON recurring_firings (job, standing, at, triggered);
  CREATE INDEX recurring_firings_ended ON recurring_firings (job, standing, ended) WHERE ended IS NOT NULL;

  -- One row: how many schedules there are, and how often one may have become due earlier than was known.
  CREATE TABLE schedule_numbers (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    count INTEGER NOT NULL,
    earlier INTEGER NOT NULL
  );
  INSERT INTO schedule_numbers VALUES (1, 0, 0);
  CREATE TRIGGER schedule_added AFTER INSERT ON schedules BEGIN
    UPDATE schedule_numbers SET count = count + 1;
  END;
  CREATE TRIGGER schedule_removed AFTER DELETE ON schedules BEGIN
    UPDATE schedule_numbers SET count = count - 1;
  END;
  `,
  `
  -- A workflow: its head, written over with every step of it. What is large or many has tables of its own.
  CREATE TABLE instances (
    seq INTEGER PRIMARY KEY,       -- a ticket: the order in which they were created
    id TEXT NOT NULL UNIQUE,
    root INTEGER NOT NULL,         -- number of the one that stands above it and below no other: itself, if none does
    kind INTEGER NOT NULL,         -- below 0 once it is removed: it and all below it are there for nobody any more
    name TEXT NOT NULL,
    status INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    definition TEXT NOT NULL,      -- a hash
    links TEXT,                    -- what it continues, belongs to, is continued by, as JSON; null for most
    request_id TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    completed_at INTEGER,
    mail_from INTEGER NOT NULL,    -- number of its oldest message
    mail_to INTEGER NOT NULL,      -- number of its next message
    ready INTEGER,                 -- a ticket: since when its mail can be received
    lease TEXT,                    -- the call that has received its mail, ...
    leased_until INTEGER,          -- ... and until when nobody else does
    open_jobs INTEGER NOT NULL,    -- members that have not ended
    signals INTEGER NOT NULL,      -- pending signals
    due_class INTEGER,
    due_at INTEGER                 -- when time alone takes it away; what that means the class decides
  );
  CREATE INDEX instances_by_root ON instances (root);
  CREATE INDEX instances_by_status ON instances (kind, status);
  CREATE INDEX instances_by_name ON instances (kind, name);
  CREATE INDEX instances_by_name_and_status ON instances (kind, name, status);
  CREATE INDEX instances_ready ON instances (kind, ready) WHERE ready IS NOT NULL;
  CREATE INDEX instances_leased ON instances (leased_until) WHERE leased_until IS NOT NULL;
  CREATE INDEX instances_by_due ON instances (due_class, due_at) WHERE due_at IS NOT NULL;

  -- What an instance was given and what it came to.
  CREATE TABLE instance_texts (
    instance INTEGER NOT NULL,
    what INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (instance, what)
  ) WITHOUT ROWID;

  CREATE TABLE instance_counts (
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    status INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, name, status)
  ) WITHOUT ROWID;

  CREATE TABLE instance_requests (
    request_id TEXT PRIMARY KEY,
    instance TEXT NOT NULL,        -- an id
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX instance_requests_by_expiry ON instance_requests (expires_at);

  CREATE TABLE definitions (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
  );
  -- How many instances have a definition: apart from it, since this changes.
  CREATE TABLE definition_uses (
    hash TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE members (
    job INTEGER PRIMARY KEY,       -- number of the job
    instance INTEGER NOT NULL
  );
  CREATE INDEX members_of ON members (instance);

  CREATE TABLE parts (
    instance INTEGER NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (instance, name)
  ) WITHOUT ROWID;

  -- The ordered sets of an instance.
  CREATE TABLE marks (
    instance INTEGER NOT NULL,
    mark TEXT NOT NULL,
    name TEXT NOT NULL,
    ord REAL NOT NULL,
    PRIMARY KEY (instance, mark, name)
  ) WITHOUT ROWID;
  CREATE INDEX marks_in_order ON marks (instance, mark, ord, name);
  CREATE TABLE mark_counts (
    instance INTEGER NOT NULL,
    mark TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (instance, mark)
  ) WITHOUT ROWID;
  CREATE TRIGGER mark_added AFTER INSERT ON marks BEGIN
    INSERT INTO mark_counts VALUES (new.instance, new.mark, 1)
      ON CONFLICT (instance, mark) DO UPDATE SET count = count + 1;
  END;
  CREATE TRIGGER mark_removed AFTER DELETE ON marks BEGIN
    UPDATE mark_counts SET count = count - 1 WHERE instance = old.instance AND mark = old.mark;
  END;

  CREATE TABLE mail (
    instance INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,            -- as JSON
    output_of INTEGER,             -- the member whose output belongs to it: that is not stored twice
    PRIMARY KEY (instance, n)
  ) WITHOUT ROWID;

  CREATE TABLE timers (
    instance INTEGER NOT NULL,
    name TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (instance, name)
  ) WITHOUT ROWID;
  CREATE INDEX timers_by_due ON timers (due_at, name);

  -- Pending signals.
  CREATE TABLE signals (
    seq INTEGER PRIMARY KEY,       -- a ticket: the order in which they were sent
    instance INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    dedupe_key TEXT,
    payload TEXT
  );
  CREATE INDEX signals_of ON signals (instance, seq);
  CREATE INDEX signals_by_name ON signals (instance, name, seq);
  CREATE INDEX signals_by_id ON signals (instance, id);

  CREATE TABLE signal_keys (
    instance INTEGER NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (instance, key)
  ) WITHOUT ROWID;
  CREATE INDEX signal_keys_by_expiry ON signal_keys (expires_at);
  `,
  `
  -- Batches and groups are instances too.
  ALTER TABLE instances ADD COLUMN size INTEGER NOT NULL DEFAULT 0;     -- items in its parts
  ALTER TABLE instances ADD COLUMN is_open INTEGER NOT NULL DEFAULT 0;  -- more parts may be appended
  ALTER TABLE instances ADD COLUMN collects TEXT;  -- task type of a group that takes messages
  ALTER TABLE instances ADD COLUMN queue TEXT NOT NULL DEFAULT 'workflow';  -- where its mail waits
  DROP INDEX instances_ready;
  CREATE INDEX instances_ready ON instances (queue, ready) WHERE ready IS NOT NULL;
  CREATE INDEX instances_collecting ON instances (name, collects) WHERE collects IS NOT NULL;

  -- Which item of a batch a job is for: in every job of it another, so it stands apart from the facts they share.
  ALTER TABLE jobs ADD COLUMN item TEXT;
  `,
  `
  -- Flow control. Tiers are stored under numbers: those of the settings, and those taken out of them that are not empty yet.
  -- Under number 3 stand the pending recurring jobs.
  CREATE TABLE tiers (
    code INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );
  INSERT INTO tiers VALUES (0, 'high'), (1, 'normal'), (2, 'low');

  ALTER TABLE numbers ADD COLUMN credits TEXT NOT NULL DEFAULT '[]';   -- by the number of the tier, as JSON
  UPDATE numbers SET credits = json_array(credit_high, credit_normal, credit_low);
  ALTER TABLE numbers DROP COLUMN credit_high;
  ALTER TABLE numbers DROP COLUMN credit_normal;
  ALTER TABLE numbers DROP COLUMN credit_low;
  ALTER TABLE numbers ADD COLUMN handlers INTEGER NOT NULL DEFAULT 0;  -- how often what nodes can run has changed
  ALTER TABLE numbers ADD COLUMN unserved INTEGER NOT NULL DEFAULT 0;  -- rows in unserved

  -- A firing keeps its tier while it is leased. Its first concurrency key is a part of the name of its line.
  ALTER TABLE firings ADD COLUMN first_key TEXT NOT NULL DEFAULT '';
  DROP INDEX firings_in_line;
  CREATE INDEX firings_in_line ON firings (tier, type, version, first_key, pos) WHERE pos IS NOT NULL;

  -- The lines by key beside the one of the jobs without: how many jobs stand in them, and how many of them are open.
  ALTER TABLE lines ADD COLUMN keyed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE lines ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE key_lines (
    tier INTEGER NOT NULL,
    type TEXT NOT NULL,
    version TEXT NOT NULL,
    key TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    turn INTEGER NOT NULL,         -- ticket of the last time it was served
    parked_at TEXT,                -- the key that has no room for its head; null: open
    parked INTEGER,                -- a ticket: since when
    opened_for TEXT,               -- the key for whose room it was put back
    PRIMARY KEY (tier, type, version, key)
  ) WITHOUT ROWID;
  CREATE INDEX key_lines_open ON key_lines (tier, type, version, turn) WHERE parked_at IS NULL;
  CREATE INDEX key_lines_parked ON key_lines (parked_at, tier, type, version, parked) WHERE parked_at IS NOT NULL;

  CREATE TABLE concurrency_keys (
    key TEXT PRIMARY KEY,
    stated INTEGER,                -- the limit the newest enqueue has stated
    jobs INTEGER NOT NULL,         -- one-shot jobs and firings that have not ended
    kept INTEGER NOT NULL,         -- recurring jobs that have not ended
    running INTEGER NOT NULL,      -- leases
    parked INTEGER NOT NULL,       -- lines parked there
    tokens REAL,                   -- null: its bucket is full
    filled_at INTEGER,
    throttled_until INTEGER,
    wake_at INTEGER                -- when time alone changes something here
  ) WITHOUT ROWID;
  CREATE INDEX concurrency_keys_to_wake ON concurrency_keys (wake_at) WHERE wake_at IS NOT NULL;

  -- Tiers and task types with a limit of runs or a rate.
  CREATE TABLE flow_limits (
    name TEXT PRIMARY KEY,
    running INTEGER NOT NULL,
    tokens REAL,
    filled_at INTEGER,
    wake_at INTEGER                -- when somebody is to be told that there is a token
  ) WITHOUT ROWID;

  -- Work no live node takes.
  CREATE TABLE unserved (
    type TEXT NOT NULL,
    version TEXT NOT NULL,
    since INTEGER NOT NULL,
    due_at INTEGER,                -- when some of it may have waited too long
    PRIMARY KEY (type, version)
  ) WITHOUT ROWID;
  `,
  `
  -- What operators look for. A job has an entry for each of its tags; firings of recurring jobs have none.
  CREATE TABLE tags (
    tag TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (tag, seq)
  ) WITHOUT ROWID;
  INSERT OR IGNORE INTO tags
    SELECT t.value, j.seq FROM jobs j, json_each(j.facts, '$[3].tags') t WHERE j.seq > 0;

  -- Finished runs that did not end their firing; one that did is found by that end. Times in a state are counted from
  -- its first number, and its newest run is the eighth part of it.
  CREATE TABLE finished_runs (
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (seq, n)
  ) WITHOUT ROWID;
  CREATE INDEX finished_runs_by_end ON finished_runs (at, seq, n);
  INSERT INTO finished_runs SELECT seq, n, json_extract(record, '$.finishedAt') FROM runs;
  INSERT INTO finished_runs
    SELECT seq, json_extract(state, '$[1]'), json_extract(state, '$[0]') + json_extract(state, '$[7][4]') FROM firings
    WHERE json_extract(state, '$[7][4]') IS NOT NULL
      AND (listed_at IS NULL OR status % 16 NOT IN (5, 6, 7)
        OR listed_at <> json_extract(state, '$[0]') + json_extract(state, '$[7][4]'));

  -- Firings that have ended, but not by a run; and recurring jobs that have ended.
  CREATE TABLE quiet_ends (
    seq INTEGER PRIMARY KEY
  );
  INSERT INTO quiet_ends
    SELECT seq FROM firings WHERE listed_at IS NOT NULL AND status % 16 IN (5, 6, 7)
      AND listed_at IS NOT json_extract(state, '$[0]') + json_extract(state, '$[7][4]');

  -- What is counted through whatever comes and goes.
  CREATE TABLE tallies (
    kind INTEGER NOT NULL,
    of INTEGER NOT NULL,           -- a UTC day, a due class, or 0
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, of)
  ) WITHOUT ROWID;
  INSERT INTO tallies SELECT 2, due_class, count(*) FROM firings WHERE due_class IN (1, 2, 3) GROUP BY due_class;
  INSERT INTO tallies SELECT 3, 0, count(*) FROM finished_runs;
  INSERT INTO tallies SELECT 4, 0, count(*) FROM quiet_ends;
  CREATE TRIGGER finished_run_added AFTER INSERT ON finished_runs BEGIN
    UPDATE tallies SET count = count + 1 WHERE kind = 3 AND of = 0;
  END;
  CREATE TRIGGER finished_run_removed AFTER DELETE ON finished_runs BEGIN
    UPDATE tallies SET count = count - 1 WHERE kind = 3 AND of = 0;
  END;
  CREATE TRIGGER quiet_end_added AFTER INSERT ON quiet_ends BEGIN
    UPDATE tallies SET count = count + 1 WHERE kind = 4 AND of = 0;
  END;
  CREATE TRIGGER quiet_end_removed AFTER DELETE ON quiet_ends BEGIN
    UPDATE tallies SET count = count - 1 WHERE kind = 4 AND of = 0;
  END;
  INSERT OR REPLACE INTO counts
    SELECT type, status, count(*) FROM firings WHERE status IN (21, 22, 23) GROUP BY type, status;

  -- What a firing remembers for its later runs.
  CREATE TABLE memos (
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (seq, name)
  );

  -- Who gave which order.
  CREATE TABLE audit (
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,            -- a ticket
    entry TEXT NOT NULL,           -- as JSON
    PRIMARY KEY (seq, n)
  ) WITHOUT ROWID;
  `,
  `
  -- Who sent which message to an instance.
  CREATE TABLE instance_audit (
    instance INTEGER NOT NULL,
    n INTEGER NOT NULL,            -- a ticket
    entry TEXT NOT NULL,           -- as JSON
    PRIMARY KEY (instance, n)
  ) WITHOUT ROWID;
  `,
]

/** The version of the schema this release writes. */
const schemaVersion: number = migrations.length

/**
 * Brings the schema of a file to the present version. Waits for another process that does the same, for as long as
 * `timeoutMs`, and nothing else of this process runs meanwhile.
 *
 * @throws StoreVersionError when a later release has made it.
 */
export function migrate(db: Connection, timeoutMs: number): void {
  db.exec(`PRAGMA busy_timeout = ${timeoutMs}`)
  if (versionOf(db) < schemaVersion) {
    db.get('PRAGMA journal_mode = WAL')
    db.transact(() => {
      // Another process may have done it while this one waited.
      for (const step of migrations.slice(versionOf(db))) db.exec(step)
      db.exec(`PRAGMA user_version = ${schemaVersion}`)
    })
  }
  // From here on nobody waits inside a call: that would hold up the whole process.
  db.exec('PRAGMA busy_timeout = 0')
}

/** The version of the schema a file has; 0 when it has none. */
function versionOf(db: Connection): number {
  const version = Number(db.get('PRAGMA user_version')?.[0] ?? 0)
  if (version <= schemaVersion) return version
  throw new StoreVersionError(`the file has schema version ${version}, this release knows ${schemaVersion}`)
}
