#pragma once

#include "attestation/binding.h"
#include "publish/upload_request.h"

namespace enks::publish {

// All of the upload that an attestation is bound to.
attestation::BoundUpload BoundUploadOf(const UploadRequest& upload);

}  // namespace enks::publish
