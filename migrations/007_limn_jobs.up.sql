-- Runs of make imagegen that a page asked for: limn-database(5).
CREATE TABLE IF NOT EXISTS limn_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    command TEXT NOT NULL,             -- 'imagegen'
    episode_id TEXT NOT NULL,
    chapter_id TEXT,                   -- NULL: all
    force INTEGER NOT NULL CHECK (force IN (0, 1)),
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'cost_limit')),
    is_cancelled INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,   -- chapters, of
    total INTEGER NOT NULL DEFAULT 0,  -- so many; 0: not known yet
    message TEXT NOT NULL DEFAULT '',  -- the last step, or how it ended
    created_at DATETIME NOT NULL,
    started_at DATETIME,
    ended_at DATETIME
);
CREATE INDEX IF NOT EXISTS idx_limn_jobs_episode ON limn_jobs(episode_id);
CREATE INDEX IF NOT EXISTS idx_limn_jobs_open ON limn_jobs(state)
    WHERE state IN ('queued', 'running');
