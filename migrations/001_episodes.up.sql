-- Episodes, and the status of each.
CREATE TABLE IF NOT EXISTS episodes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,               -- 'CHAPTERIZED', 'IMAGES_GENERATED', 'COST_LIMIT', ...
    pipeline_version INTEGER NOT NULL DEFAULT 2,
    error_message TEXT,                 -- of the last run, where it failed
    created_at DATETIME NOT NULL
);
