-- The versions of each template; a new body is a new version.
CREATE TABLE IF NOT EXISTS prompt_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    content_hash TEXT NOT NULL,         -- 'sha256:...', of the body
    model TEXT,                         -- that the template names
    is_default INTEGER NOT NULL DEFAULT 0,
    created_at DATETIME NOT NULL,
    UNIQUE (name, version),
    UNIQUE (name, content_hash)
);
