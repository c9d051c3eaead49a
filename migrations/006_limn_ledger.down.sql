-- Without these tables our rows in those of the pipeline would be taken for the
-- pipeline's, and what they cost would be counted once more.
DELETE FROM pipeline_runs WHERE rowid IN (SELECT pipeline_run_id FROM limn_runs);
DELETE FROM media_assets WHERE rowid IN
    (SELECT row_id FROM limn_rows WHERE table_name = 'media_assets');
DELETE FROM content_artifacts WHERE rowid IN
    (SELECT row_id FROM limn_rows WHERE table_name = 'content_artifacts');
DROP TABLE IF EXISTS limn_rows;
DROP TABLE IF EXISTS limn_runs;
DROP TABLE IF EXISTS ledger;
