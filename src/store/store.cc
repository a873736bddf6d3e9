#include "store/store.h"

#include <future>
#include <memory>
#include <utility>

namespace enks::store {

Result<UploadOutcome> Store::StoreUploadAndWait(KeyUpload upload) {
  // Shared: the callback may still be inside set_value when get() has returned.
  const auto outcome = std::make_shared<std::promise<Result<UploadOutcome>>>();
  std::future<Result<UploadOutcome>> told = outcome->get_future();
  SubmitUpload(std::move(upload),
               [outcome](Result<UploadOutcome> result) { outcome->set_value(std::move(result)); });
  return told.get();
}

}  // namespace enks::store
