-- The purchases, a row for each: limn-ledger(5).
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purchase TEXT NOT NULL UNIQUE,     -- its name, which the answer in the store has, too
    episode_id TEXT NOT NULL,          -- '' where nobody said
    chapter_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('prompt', 'image')),
    model TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('reserved', 'sent', 'settled', 'released', 'unknown')),
    cost_micros INTEGER NOT NULL
        CHECK (cost_micros BETWEEN 0 AND 1000000000000000),
    estimate_micros INTEGER NOT NULL
        CHECK (estimate_micros BETWEEN 0 AND 1000000000000000),
    cost_source TEXT,                  -- 'measured', 'estimated'; once it is settled
    input_tokens INTEGER,
    output_tokens INTEGER,
    run TEXT,                          -- LIMN_RUN
    reserved_at DATETIME NOT NULL,
    sent_at DATETIME,
    ended_at DATETIME,
    request_id TEXT,                   -- the provider's
    exit_status INTEGER,               -- of a purchase that failed
    error TEXT
);
CREATE INDEX IF NOT EXISTS idx_ledger_episode ON ledger(episode_id, run);
CREATE INDEX IF NOT EXISTS idx_ledger_open ON ledger(state)
    WHERE state IN ('reserved', 'sent');

-- The rows of pipeline_runs that are limn's, and the make of each.
CREATE TABLE IF NOT EXISTS limn_runs (
    run TEXT NOT NULL,                 -- LIMN_RUN
    episode_id TEXT NOT NULL,
    pipeline_run_id INTEGER NOT NULL UNIQUE,
    cost_limit TEXT,                   -- the message, where the run met a limit
    limit_setting TEXT,                -- the setting of that limit
    pid INTEGER NOT NULL,              -- the make that runs it
    pid_started INTEGER NOT NULL,      -- clock ticks, as /proc/PID/stat has it
    PRIMARY KEY (run, episode_id)
);
CREATE INDEX IF NOT EXISTS idx_limn_runs_episode ON limn_runs(episode_id);

-- The rows of the shared tables that are limn's.
CREATE TABLE IF NOT EXISTS limn_rows (
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    witness TEXT,                      -- the row's created_at: another's isn't ours
    PRIMARY KEY (table_name, row_id)
) WITHOUT ROWID;
