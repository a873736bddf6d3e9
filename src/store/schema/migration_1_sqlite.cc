#include "store/schema/migration_1.h"

namespace enks::store::schema {
namespace {

// STRICT: a value of another type is an error, not stored as it comes. AUTOINCREMENT: an id is
// never given twice, so a row that names a removed one cannot come to mean another.
constexpr sql::Literal kStatements[] = {
    R"(CREATE TABLE key_run (
  run_id INTEGER PRIMARY KEY,
  pass INTEGER NOT NULL,
  release_at INTEGER NOT NULL,
  change INTEGER NOT NULL,
  key_count INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  format INTEGER NOT NULL,
  records BLOB NOT NULL
) STRICT)",
    R"(CREATE INDEX key_run_release ON key_run (pass, release_at))",
    R"(CREATE INDEX key_run_change ON key_run (change))",
    R"(CREATE TABLE key_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  change INTEGER NOT NULL,
  next_run_id INTEGER NOT NULL,
  closed_until INTEGER NOT NULL
) STRICT)",
    R"(INSERT INTO key_state (id, change, next_run_id, closed_until) VALUES (1, 0, 1, 0))",
    R"(CREATE TABLE key_origin (
  origin_id INTEGER PRIMARY KEY,
  identity TEXT NOT NULL UNIQUE,
  app TEXT NOT NULL,
  regions TEXT NOT NULL,
  traveler INTEGER NOT NULL,
  health_authority_id INTEGER,
  certificate_key_version TEXT NOT NULL,
  generated INTEGER NOT NULL
) STRICT)",
    R"(CREATE TABLE health_authority (
  authority_id INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer TEXT NOT NULL UNIQUE,
  audience TEXT NOT NULL,
  name TEXT NOT NULL,
  jwks_uri TEXT,
  stats_enabled INTEGER NOT NULL
) STRICT)",
    R"(CREATE TABLE health_authority_key (
  authority_id INTEGER NOT NULL REFERENCES health_authority (authority_id) ON DELETE CASCADE,
  version TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_thru INTEGER,
  public_key_pem TEXT NOT NULL,
  PRIMARY KEY (authority_id, version)
) STRICT)",
    R"(CREATE TABLE authorized_app (
  name TEXT PRIMARY KEY,
  regions TEXT NOT NULL,
  health_authority_ids TEXT NOT NULL,
  bypass_certificate INTEGER NOT NULL,
  bypass_revision_token INTEGER NOT NULL
) STRICT)",
    R"(CREATE TABLE signature_info (
  info_id INTEGER PRIMARY KEY AUTOINCREMENT,
  signing_key TEXT NOT NULL,
  key_id TEXT NOT NULL,
  key_version TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_thru INTEGER
) STRICT)",
    R"(CREATE TABLE export_config (
  config_id INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL,
  filename_root TEXT NOT NULL,
  period_seconds INTEGER NOT NULL,
  output_region TEXT NOT NULL,
  input_regions TEXT NOT NULL,
  exclude_regions TEXT NOT NULL,
  include_travelers INTEGER NOT NULL,
  only_non_travelers INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_thru INTEGER,
  signature_info_ids TEXT NOT NULL,
  max_records_override INTEGER
) STRICT)",
    R"(CREATE UNIQUE INDEX export_config_place ON export_config (lower(filename_root), lower(bucket)))",
    R"(CREATE TABLE export_batch (
  batch_id INTEGER PRIMARY KEY AUTOINCREMENT,
  config_id INTEGER NOT NULL REFERENCES export_config (config_id),
  window_start INTEGER NOT NULL,
  window_end INTEGER NOT NULL,
  status INTEGER NOT NULL,
  lease_expires INTEGER,
  lease INTEGER NOT NULL,
  padded INTEGER NOT NULL,
  bucket TEXT NOT NULL,
  filename_root TEXT NOT NULL,
  period_seconds INTEGER NOT NULL,
  output_region TEXT NOT NULL,
  input_regions TEXT NOT NULL,
  exclude_regions TEXT NOT NULL,
  include_travelers INTEGER NOT NULL,
  only_non_travelers INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_thru INTEGER,
  signature_info_ids TEXT NOT NULL,
  max_records_override INTEGER,
  UNIQUE (config_id, window_start, window_end)
) STRICT)",
    R"(CREATE INDEX export_batch_config ON export_batch (config_id, window_end))",
    R"(CREATE INDEX export_batch_status ON export_batch (status, window_end))",
    R"(CREATE TABLE export_file (
  bucket TEXT NOT NULL,
  name TEXT NOT NULL,
  batch_id INTEGER NOT NULL REFERENCES export_batch (batch_id),
  config_id INTEGER NOT NULL,
  window_start INTEGER NOT NULL,
  window_end INTEGER NOT NULL,
  region TEXT NOT NULL,
  file_number INTEGER NOT NULL,
  file_count INTEGER NOT NULL,
  key_count INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  status INTEGER NOT NULL,
  PRIMARY KEY (bucket, name)
) STRICT)",
    R"(CREATE INDEX export_file_batch ON export_file (batch_id))",
    R"(CREATE INDEX export_file_config ON export_file (config_id, status))",
    R"(CREATE INDEX export_file_status ON export_file (status, window_end))",
};

}  // namespace

std::span<const sql::Literal> Migration1Sqlite() {
  return kStatements;
}

}  // namespace enks::store::schema
