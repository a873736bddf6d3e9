#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

#include "base/log.h"
#include "exports/endpoints.h"
#include "exports/export_job.h"
#include "http/server.h"
#include "jwks/options.h"
#include "publish/endpoint.h"
#include "retention/cleaner.h"
#include "server/listen_address.h"
#include "stats/endpoint.h"
#include "store/store.h"
#include "tokens/revision_keys.h"
#include "tokens/revision_tokens.h"

namespace enks::server {

// What a process does. One process does all of it unless told otherwise.
enum class Role {
  kPublish,  // takes uploads on the public address, answers statistics, keeps keys up to date
  kExport,   // makes export files, on a schedule and on the trigger paths
  kFiles,    // serves export files, index and public keys on the public address
  kCleanup,  // deletes keys and files past their time
};

// How often the periodic jobs run (the first time soon after the start: timetable.h); zero switches
// a job's schedule off, and then only its trigger path runs it.
struct JobSchedule {
  std::chrono::seconds create_batches{60};
  std::chrono::seconds do_work{30};
  std::chrono::seconds cleanup{3600};
  std::chrono::seconds rotate_keys{3600};  // looks whether a revision key is due
  std::chrono::seconds sync_keys{120};     // reads the JWKS documents of health authorities
  std::chrono::seconds refresh{10};        // apps, authorities and public keys from the database
  std::chrono::seconds read_policies{60};  // of device attestation, if they have changed

  // No job runs by itself: for tests and simulations, which run them.
  static JobSchedule Off() {
    constexpr std::chrono::seconds kNever{0};
    return {kNever, kNever, kNever, kNever, kNever, kNever, kNever};
  }
};

// Everything an operator can set. settings_table.cc declares each one: name, range, unit, default,
// the reference's variable and a sentence. A value, not a live thing.
struct Settings {
  // The folder that relative paths below start from; not a setting in the file.
  std::filesystem::path data_folder;

  std::string database = "sqlite:enks.db";
  std::string key_folder = "keys";
  std::string files_folder = "files";

  std::set<Role> roles = {Role::kPublish, Role::kExport, Role::kFiles, Role::kCleanup};
  ListenAddress listen_public{"127.0.0.1", 8080};
  ListenAddress listen_internal{"127.0.0.1", 8081};
  int threads = 2;
  http::ServerLimits http;

  base::LogLevel log_level = base::LogLevel::kInfo;
  base::LogFormat log_format = base::LogFormat::kJson;

  publish::PublishOptions publish;
  bool v1alpha1 = false;  // the older publish API, at `/`
  tokens::TokenOptions tokens;
  tokens::RotationOptions rotation;
  stats::StatsOptions statistics;
  jwks::JwksOptions jwks;
  std::string attestation_policy_file;  // empty: no app attests its devices
  exports::ExportOptions exports;
  exports::ServingOptions serving;
  retention::RetentionOptions retention;
  store::StoreLimits store;
  JobSchedule jobs;

  bool Has(Role role) const { return roles.contains(role); }
  // Whether any role needs the public address.
  bool ServesPhones() const { return Has(Role::kPublish) || Has(Role::kFiles); }
  // `path` as it is when absolute, else below the data folder.
  std::filesystem::path Resolve(const std::string& path) const;
  // The database with a relative SQLite path resolved.
  Result<store::StoreLocation> Location() const;
};

}  // namespace enks::server
