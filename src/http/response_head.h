#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace enks::http {

// What happens to the connection after an answer, as its head announces it.
enum class AfterAnswer {
  kKeepOpen,
  kKeepOpenSaySo,  // the client speaks HTTP/1.0 and must be told
  kClose,
};

// Whether a handler's answer can be put on the wire as it is: a final status, and only names and
// values of header fields that cannot break the head (http/header_field.h).
bool IsSendable(const Response& response);

// Whether the answer to a request of this method carries its body: not for HEAD, 204 and 304.
bool SendsBody(const Response& response, std::string_view method);

// The status line and the header fields with the empty line behind them. Content-Length, Date,
// Connection and Transfer-Encoding are written here; a handler's own are left out. `response` must
// be sendable.
std::string ResponseHead(const Response& response, std::string_view method, AfterAnswer after,
                         std::string_view date);

// Answers that need no handler. The bodies are those of the reference's HTTP library, which
// monitoring in the field looks for.
Response NotFound();
Response MovedTo(std::string location);
// The answer to what could not be read as a request; closes the connection.
Response Refusal(int status);
// A handler failed: an empty body, because whatever went wrong is the operator's business.
Response InternalError();

}  // namespace enks::http
