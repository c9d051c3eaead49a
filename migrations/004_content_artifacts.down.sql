DROP TABLE IF EXISTS content_artifacts;
