-- Runs of a stage of the pipeline for an episode.
CREATE TABLE IF NOT EXISTS pipeline_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id INTEGER NOT NULL REFERENCES episodes(id),
    stage TEXT NOT NULL,                -- 'IMAGEGEN', ...
    status TEXT NOT NULL,               -- 'RUNNING', 'SUCCESS', 'FAILED'
    started_at DATETIME NOT NULL,
    completed_at DATETIME,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    estimated_cost_usd REAL NOT NULL DEFAULT 0,
    error_message TEXT
);
CREATE INDEX IF NOT EXISTS idx_pipeline_runs_episode ON pipeline_runs(episode_id);
