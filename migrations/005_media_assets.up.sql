-- The pictures, and later sound and video, of an episode.
CREATE TABLE IF NOT EXISTS media_assets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id TEXT NOT NULL,
    asset_type TEXT NOT NULL,          -- 'IMAGE', 'AUDIO', 'VIDEO'
    chapter_id TEXT,
    file_path TEXT NOT NULL,           -- relative to the episode's directory, as in the manifest
    mime_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    duration_seconds REAL,
    metadata TEXT,                     -- JSON
    prompt_version_id INTEGER,
    created_at DATETIME NOT NULL,
    FOREIGN KEY (prompt_version_id) REFERENCES prompt_versions(id)
);
CREATE INDEX IF NOT EXISTS idx_media_assets_episode_type_chapter
    ON media_assets(episode_id, asset_type, chapter_id);
CREATE INDEX IF NOT EXISTS idx_media_assets_type ON media_assets(asset_type);
