DROP TABLE IF EXISTS pipeline_runs;
