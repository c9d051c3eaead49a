-- What a stage made of an episode, a row for each.
CREATE TABLE IF NOT EXISTS content_artifacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id TEXT NOT NULL,
    artifact_type TEXT NOT NULL,        -- 'images', ...
    file_path TEXT NOT NULL,            -- relative to the episode's directory
    prompt_hash TEXT,
    prompt_version_id INTEGER REFERENCES prompt_versions(id),
    model TEXT,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL NOT NULL DEFAULT 0,
    created_at DATETIME NOT NULL
);
CREATE INDEX IF NOT EXISTS idx_content_artifacts_episode
    ON content_artifacts(episode_id, artifact_type);
