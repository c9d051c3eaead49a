-- A database as the Python pipeline has it that limn's stage is a part of: its
-- tables as SQLAlchemy writes them, and rows of other stages in each of them.
--
--	sqlite3 limn.db <tests/pipeline.sql
BEGIN;

CREATE TABLE schema_migrations (
	version VARCHAR(64) NOT NULL, 
	applied_at DATETIME NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO schema_migrations VALUES
	('001_initial', '2026-01-04 09:00:00.000000'),
	('002_add_pipeline_version', '2026-01-11 09:00:00.000000'),
	('003_create_prompt_versions', '2026-01-18 09:00:00.000000'),
	('004_add_review_tasks', '2026-01-25 09:00:00.000000'),
	('005_create_media_assets', '2026-02-01 09:00:00.000000'),
	('006_add_publish_jobs', '2026-02-08 09:00:00.000000');

CREATE TABLE channels (
	id INTEGER NOT NULL, 
	channel_id VARCHAR(64) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (channel_id)
);
INSERT INTO channels VALUES (1, 'UC-lHJZR3Gqxm24_Vd_AJ5Yw', 'Der Bitcoin-Podcast', 1);

CREATE TABLE episodes (
	id INTEGER NOT NULL, 
	episode_id VARCHAR(64) NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	title VARCHAR(512) NOT NULL, 
	published_at DATETIME, 
	url VARCHAR(1024) NOT NULL, 
	status VARCHAR(17) NOT NULL, 
	audio_path VARCHAR(1024), 
	pipeline_version INTEGER NOT NULL, 
	detected_at DATETIME NOT NULL, 
	completed_at DATETIME, 
	error_message TEXT, 
	retry_count INTEGER NOT NULL, 
	channel_ref INTEGER, 
	PRIMARY KEY (id), 
	UNIQUE (episode_id), 
	FOREIGN KEY(channel_ref) REFERENCES channels (id)
);
CREATE INDEX ix_episodes_status ON episodes (status);
INSERT INTO episodes VALUES
	(3, 'v1-alt', 'youtube_rss', 'Eine alte Folge', '2025-11-02 10:00:00.000000', 'https://www.youtube.com/watch?v=v1-alt', 'GENERATED', '/data/v1-alt/audio.m4a', 1, '2025-11-02 11:00:00.000000', '2025-11-02 12:00:00.000000', NULL, 0, 1),
	(7, 'abc123', 'youtube_rss', 'Bitcoin Nedir?', '2026-02-20 10:00:00.000000', 'https://www.youtube.com/watch?v=abc123', 'CHAPTERIZED', '/data/abc123/audio.m4a', 2, '2026-02-20 11:00:00.000000', NULL, NULL, 0, 1),
	(8, 'new-1', 'youtube_rss', 'Neu', NULL, 'https://www.youtube.com/watch?v=new-1', 'NEW', NULL, 2, '2026-02-21 11:00:00.000000', NULL, NULL, 0, 1),
	(9, 'adapted-1', 'youtube_rss', 'Uyarlandı', NULL, 'https://www.youtube.com/watch?v=adapted-1', 'ADAPTED', '/data/adapted-1/audio.m4a', 2, '2026-02-21 12:00:00.000000', NULL, 'timed out; tried again', 2, 1),
	(12, 'rendered-1', 'manual', 'Gerendert', NULL, 'https://www.youtube.com/watch?v=rendered-1', 'RENDERED', '/data/rendered-1/audio.m4a', 2, '2026-02-22 11:00:00.000000', NULL, NULL, 0, NULL),
	(13, 'costly-1', 'manual', 'Teuer', NULL, 'https://www.youtube.com/watch?v=costly-1', 'COST_LIMIT', '/data/costly-1/audio.m4a', 2, '2026-02-22 12:00:00.000000', NULL, 'Episode cost limit exceeded: 10.04 > 10.00', 1, NULL),
	(14, 'odd-1', 'manual', 'Anderswo', NULL, 'https://www.youtube.com/watch?v=odd-1', 'IN_REVIEW', '/data/odd-1/audio.m4a', 2, '2026-02-22 13:00:00.000000', NULL, NULL, 0, NULL),
	(20, 'published-1', 'youtube_rss', 'Yayında', '2026-02-23 10:00:00.000000', 'https://www.youtube.com/watch?v=published-1', 'PUBLISHED', '/data/published-1/audio.m4a', 2, '2026-02-23 11:00:00.000000', '2026-02-24 11:00:00.000000', NULL, 0, 1);

CREATE TABLE pipeline_runs (
	id INTEGER NOT NULL, 
	episode_id INTEGER NOT NULL, 
	stage VARCHAR(14) NOT NULL, 
	status VARCHAR(7) NOT NULL, 
	started_at DATETIME NOT NULL, 
	completed_at DATETIME, 
	input_tokens INTEGER NOT NULL, 
	output_tokens INTEGER NOT NULL, 
	estimated_cost_usd FLOAT NOT NULL, 
	error_message TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(episode_id) REFERENCES episodes (id)
);
INSERT INTO pipeline_runs VALUES
	(1, 3, 'GENERATE', 'SUCCESS', '2025-11-02 11:30:00.000000', '2025-11-02 11:31:00.000000', 9000, 2000, 0.057, NULL),
	(4, 7, 'TRANSCRIBE', 'SUCCESS', '2026-02-20 11:10:00.000000', '2026-02-20 11:14:00.123456', 0, 0, 0.252, NULL),
	(5, 7, 'CORRECT', 'FAILED', '2026-02-20 11:15:00.000000', '2026-02-20 11:16:00.000000', 5200, 0, 0.0156, 'overloaded'),
	(6, 7, 'CORRECT', 'SUCCESS', '2026-02-20 11:20:00.000000', '2026-02-20 11:22:00.000000', 5200, 4800, 0.0876, NULL),
	(8, 7, 'CHAPTERIZE', 'SUCCESS', '2026-02-20 11:40:00.000000', '2026-02-20 11:41:00.000000', 6100, 2900, 0.0618, NULL),
	(9, 9, 'ADAPT', 'RUNNING', '2026-02-21 13:00:00.000000', NULL, 0, 0, 0.0, NULL),
	(11, 12, 'IMAGEGEN', 'SUCCESS', '2026-02-22 12:00:00.000000', '2026-02-22 12:09:00.000000', 2500, 800, 0.58, NULL),
	(12, 12, 'TTS', 'SUCCESS', '2026-02-22 12:10:00.000000', '2026-02-22 12:20:00.000000', 0, 0, 1.2, NULL),
	(13, 13, 'TRANSLATE', 'SUCCESS', '2026-02-22 12:30:00.000000', '2026-02-22 12:40:00.000000', 900000, 400000, 9.98, NULL),
	(14, 20, 'PUBLISH', 'SUCCESS', '2026-02-24 10:30:00.000000', '2026-02-24 11:00:00.000000', 0, 0, 0.0, NULL);

CREATE TABLE prompt_versions (
	id INTEGER NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	content_hash VARCHAR(71) NOT NULL, 
	template_path VARCHAR(512), 
	model VARCHAR(64), 
	temperature FLOAT, 
	max_tokens INTEGER, 
	is_default BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	notes TEXT, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_prompt_version UNIQUE (name, version), 
	CONSTRAINT uq_prompt_hash UNIQUE (name, content_hash)
);
INSERT INTO prompt_versions VALUES
	(1, 'chapterize', 1, 'sha256:1111111111111111111111111111111111111111111111111111111111111111', 'prompts/chapterize.md', 'claude-sonnet-5-5', 0.3, 8192, 0, '2026-01-18 10:00:00.000000', NULL),
	(2, 'chapterize', 2, 'sha256:2222222222222222222222222222222222222222222222222222222222222222', 'prompts/chapterize.md', 'claude-sonnet-5-5', 0.3, 8192, 1, '2026-01-25 10:00:00.000000', 'shorter chapters'),
	(5, 'imagegen', 1, 'sha256:5555555555555555555555555555555555555555555555555555555555555555', 'prompts/imagegen.md', 'claude-sonnet-5-5', 0.7, 500, 1, '2026-02-01 10:00:00.000000', NULL);

CREATE TABLE content_artifacts (
	id INTEGER NOT NULL, 
	episode_id VARCHAR(64) NOT NULL, 
	artifact_type VARCHAR(32) NOT NULL, 
	file_path VARCHAR(1024) NOT NULL, 
	prompt_hash VARCHAR(71) NOT NULL, 
	prompt_version_id INTEGER, 
	model VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(prompt_version_id) REFERENCES prompt_versions (id)
);
INSERT INTO content_artifacts VALUES
	(1, 'abc123', 'chapters', 'outputs/abc123/chapters.json', 'sha256:2222222222222222222222222222222222222222222222222222222222222222', 2, 'claude-sonnet-5-5', '2026-02-20 11:41:00.000000'),
	(2, 'rendered-1', 'images', 'outputs/rendered-1/images/manifest.json', 'sha256:5555555555555555555555555555555555555555555555555555555555555555', 5, 'claude-sonnet-5-5', '2026-02-22 12:09:00.000000');

CREATE TABLE media_assets (
	id INTEGER NOT NULL, 
	episode_id VARCHAR(64) NOT NULL, 
	asset_type VARCHAR(5) NOT NULL, 
	chapter_id VARCHAR(64), 
	file_path VARCHAR(1024) NOT NULL, 
	mime_type VARCHAR(64) NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	duration_seconds FLOAT, 
	meta JSON, 
	prompt_version_id INTEGER, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(prompt_version_id) REFERENCES prompt_versions (id)
);
CREATE INDEX ix_media_assets_episode_id ON media_assets (episode_id);
INSERT INTO media_assets VALUES
	(1, 'abc123', 'AUDIO', 'ch01', 'tts/ch01.mp3', 'audio/mpeg', 480123, 60.02, '{"voice": "onyx"}', NULL, '2026-02-20 12:00:00.000000'),
	(2, 'abc123', 'IMAGE', 'ch01', 'images/ch01_title.png', 'image/png', 24512, NULL, '{"model": "dall-e-3"}', 5, '2026-02-20 12:01:00.000000'),
	(3, 'rendered-1', 'IMAGE', 'ch01', 'images/ch01.png', 'image/png', 1523840, NULL, '{"cost_usd": 0.08, "alt": "Gümüş bir çark"}', 5, '2026-02-22 12:08:00.000000'),
	(4, 'rendered-1', 'AUDIO', 'ch01', 'tts/ch01.mp3', 'audio/mpeg', 960000, 120.0, NULL, NULL, '2026-02-22 12:19:00.000000'),
	(5, 'rendered-1', 'VIDEO', NULL, 'render/draft.mp4', 'video/mp4', 88000123, 700.5, 'null', NULL, '2026-02-22 12:40:00.000000');

CREATE TABLE review_tasks (
	id INTEGER NOT NULL, 
	episode_id VARCHAR(64) NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	status VARCHAR(17) NOT NULL, 
	artifact_id INTEGER, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(episode_id) REFERENCES episodes (episode_id), 
	FOREIGN KEY(artifact_id) REFERENCES content_artifacts (id)
);
INSERT INTO review_tasks VALUES (1, 'rendered-1', 'render', 'PENDING', 2, '2026-02-22 12:41:00.000000');

COMMIT;
