-- Without these tables our rows in those of the pipeline would be taken for the
-- pipeline's, and what they cost would be counted once more.
DELETE FROM pipeline_runs WHERE stage = 'IMAGEGEN'
    AND rowid IN (SELECT pipeline_run_id FROM limn_runs);
DELETE FROM media_assets WHERE EXISTS (SELECT 1 FROM limn_rows
    WHERE table_name = 'media_assets' AND row_id = media_assets.rowid
    AND witness IS media_assets.created_at);
DELETE FROM content_artifacts WHERE EXISTS (SELECT 1 FROM limn_rows
    WHERE table_name = 'content_artifacts' AND row_id = content_artifacts.rowid
    AND witness IS content_artifacts.created_at);
DROP TABLE IF EXISTS limn_rows;
DROP TABLE IF EXISTS limn_runs;
DROP TABLE IF EXISTS ledger;
