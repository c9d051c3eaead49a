"""The rows of make bench as one writes them in Python.

usage: bench-books.py DATABASE OUTPUTS/EP/images/manifest.json ...

A row a picture, an artifact and a run; a transaction an episode.  What has a
row is compared, and an episode that is as it was gets nothing.  The database is
one that migrate-db has made, so tables, indexes and journal are limn's.
"""
import datetime
import json
import pathlib
import sqlite3
import sys

COLUMNS = ("file_path", "mime_type", "size_bytes", "metadata")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def find_episode(db, episode, directory):
    row = db.execute(
        "SELECT id FROM episodes WHERE episode_id = ?", (episode,)
    ).fetchone()
    if row:
        return row[0]
    return db.execute(
        "INSERT INTO episodes (episode_id, title, status, created_at)"
        " VALUES (?, ?, 'IMAGES_GENERATED', ?)",
        (episode, read(directory / "chapters.json")["title"], now()),
    ).lastrowid


def find_version(db, provenance):
    name, body = provenance["prompt_name"], provenance["prompt_hash"]
    row = db.execute(
        "SELECT id FROM prompt_versions WHERE name = ? AND content_hash = ?",
        (name, body),
    ).fetchone()
    if row:
        return row[0]
    return db.execute(
        "INSERT INTO prompt_versions"
        " (name, version, content_hash, is_default, created_at)"
        " VALUES (?, ?, ?, 1, ?)",
        (name, provenance["prompt_version"], body, now()),
    ).lastrowid


def columns_of(image):
    rest = {k: v for k, v in image.items() if k not in (*COLUMNS, "chapter_id")}
    metadata = json.dumps({**image["metadata"], **rest}, ensure_ascii=False)
    return (image["file_path"], image["mime_type"], image["size_bytes"], metadata)


def record_pictures(db, manifest, version):
    """Whether any of them is new, or another."""
    episode = manifest["episode_id"]
    rows = {
        chapter: (row, tuple(columns))
        for chapter, row, *columns in db.execute(
            f"SELECT chapter_id, id, {', '.join(COLUMNS)} FROM media_assets"
            " WHERE episode_id = ? AND asset_type = 'IMAGE'",
            (episode,),
        )
    }
    has_changed = False
    for image in manifest["images"]:
        columns = columns_of(image)
        row, former = rows.pop(image["chapter_id"], (None, None))
        if columns == former:
            continue
        has_changed = True
        if row:
            db.execute(
                f"UPDATE media_assets SET {' = ?, '.join(COLUMNS)} = ?"
                " WHERE id = ?",
                (*columns, row),
            )
        else:
            db.execute(
                f"INSERT INTO media_assets ({', '.join(COLUMNS)}, episode_id,"
                " asset_type, chapter_id, prompt_version_id, created_at)"
                " VALUES (?, ?, ?, ?, ?, 'IMAGE', ?, ?, ?)",
                (*columns, episode, image["chapter_id"], version, now()),
            )
    for row, _ in rows.values():
        has_changed = True
        db.execute("DELETE FROM media_assets WHERE id = ?", (row,))
    return has_changed


def record_artifact(db, episode, provenance, version):
    columns = (
        provenance["prompt_hash"],
        version,
        provenance["model"],
        provenance["input_tokens"],
        provenance["output_tokens"],
        provenance["cost_usd"],
        now(),
        episode,
    )
    if not db.execute(
        "UPDATE content_artifacts SET prompt_hash = ?, prompt_version_id = ?,"
        " model = ?, input_tokens = ?, output_tokens = ?, cost_usd = ?,"
        " created_at = ? WHERE episode_id = ? AND artifact_type = 'images'",
        columns,
    ).rowcount:
        db.execute(
            "INSERT INTO content_artifacts (prompt_hash, prompt_version_id,"
            " model, input_tokens, output_tokens, cost_usd, created_at,"
            " episode_id, artifact_type, file_path)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'images', 'images/manifest.json')",
            columns,
        )


def record_run(db, key, provenance):
    ended = datetime.datetime.strptime(
        provenance["timestamp"], "%Y-%m-%dT%H:%M:%SZ"
    )
    took = datetime.timedelta(seconds=provenance["duration_seconds"])
    db.execute(
        "INSERT INTO pipeline_runs (episode_id, stage, status, started_at,"
        " completed_at, input_tokens, output_tokens, estimated_cost_usd)"
        " VALUES (?, 'IMAGEGEN', 'SUCCESS', ?, ?, ?, ?, ?)",
        (
            key,
            f"{ended - took:%Y-%m-%d %H:%M:%S}",
            f"{ended:%Y-%m-%d %H:%M:%S}",
            provenance["input_tokens"],
            provenance["output_tokens"],
            provenance["cost_usd"],
        ),
    )
    db.execute(
        "UPDATE episodes SET status = 'IMAGES_GENERATED', error_message = NULL"
        " WHERE id = ?",
        (key,),
    )


def now():
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M:%S}"


def main():
    database, *paths = sys.argv[1:]
    db = sqlite3.connect(database, timeout=30, isolation_level=None)
    db.execute("PRAGMA foreign_keys = ON")
    for path in paths:
        directory = pathlib.Path(path).parents[1]
        manifest = read(path)
        provenance = read(directory / "provenance/imagegen_provenance.json")
        db.execute("BEGIN IMMEDIATE")
        key = find_episode(db, manifest["episode_id"], directory)
        version = find_version(db, provenance)
        if record_pictures(db, manifest, version):
            record_artifact(db, manifest["episode_id"], provenance, version)
            record_run(db, key, provenance)
        db.execute("COMMIT")
    db.close()


main()
