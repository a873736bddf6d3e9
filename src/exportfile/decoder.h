#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "exportfile/reader.h"

// The messages of proto/export.proto from a stranger's bytes. Memory stays within a small multiple
// of the input, whatever it holds: two bytes can stand for an empty message of a hundred.
namespace enks::exportfile {

// Reads TemporaryExposureKeyExport into the header and both lists. kInvalidArgument says what is
// malformed: the message, a key that is not 16 bytes, a time after the year 9999, or more than 64
// KiB beside the keys. Unknown fields are ignored.
Status DecodeExport(base::ByteView message, ExportFileContent& content);

// Reads TEKSignatureList likewise.
Status DecodeSignatures(base::ByteView message, ExportFileContent& content);

}  // namespace enks::exportfile
