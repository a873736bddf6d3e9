#include "cli/recall_list.h"

#include <fmt/format.h>

#include <string>

#include "base/time_text.h"

namespace enks::cli {
namespace {

std::string Text(const store::Recall& recall) {
  const store::RecallSelection& selection = recall.selection;
  std::string text;
  const auto append = [&text](std::string part) { text += (text.empty() ? "" : ", ") + part; };
  if (selection.health_authority_id) {
    append(fmt::format("authority {}{}", *selection.health_authority_id,
                       recall.issuer.empty() ? "" : " (" + recall.issuer + ")"));
  }
  if (!selection.certificate_key_version.empty()) {
    append("key " + selection.certificate_key_version);
  }
  if (!selection.app.empty()) append("app " + selection.app);
  if (selection.released_from) {
    append("released from " + base::FormatTime(*selection.released_from));
  }
  if (selection.released_thru)
    append("released before " + base::FormatTime(*selection.released_thru));
  return text;
}

}  // namespace

void PrintRecalls(const Context& context, store::ReadOnlyStore& store) {
  const auto recalls = Require(store.Recalls());
  if (recalls.empty()) fmt::print(context.out, "Nothing was ever recalled.\n");
  for (const store::Recall& recall : recalls) {
    fmt::print(context.out,
               "recall    {}\n  began   {} by {}\n  ended   {}\n  what    {}\n  why     {}\n"
               "  keys    {} revoked, {} deleted unpublished, {} padding keys with them\n",
               recall.id, base::FormatTime(recall.started_at), recall.operator_name,
               recall.finished_at
                   ? base::FormatTime(*recall.finished_at)
                   : "not yet, or it was broken off: recall the same again to do the rest",
               Text(recall), recall.reason, recall.counts.revoked, recall.counts.withdrawn,
               recall.counts.padding);
  }
}

}  // namespace enks::cli
