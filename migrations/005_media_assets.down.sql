DROP TABLE IF EXISTS media_assets;
