DROP TABLE IF EXISTS prompt_versions;
