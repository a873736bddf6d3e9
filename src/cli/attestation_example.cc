#include "cli/attestation_commands.h"

namespace enks::cli {

const char* const kExamplePolicy =
    R"(# Device attestation: what uploads of each app must prove. docs/attestation.md explains it,
# `enks attestation knobs` lists all there is, `enks attestation check` reads this file as the
# server does. Name it in enks.toml:
#
#   [attestation]
#   policy_file = "attestation.toml"
#
# Paths start from the folder of this file. The server reads it, and what it names, anew when
# something has changed.

# Whom you trust: PEM files, or folders of them. They come from Apple and Google, and from nowhere
# else; compare the fingerprints that `check` prints with those of docs/attestation.md.
[anchors]
app-attest = ["roots/apple_app_attestation_root_ca.pem"]
app-attest-receipt = ["roots/apple_root_ca_g3.pem"]
android-key-attestation = ["roots/google"]

# One table an app, under the name that the server knows it by (`enks app list`).
[policy."org.example.app"]

# Begin with observe: attestations are verified and counted, and nobody is refused. Look at
# enks_attestations_total for a week before you write enforce.
mode = "observe"

# How phones may prove themselves; each scheme has a section below.
schemes = ["app-attest", "play-integrity", "android-key-attestation"]
require_for_platforms = ["android", "ios"]

# When Apple or Google cannot be asked, or the revocation list is old: deny tells phones to come
# again later, allow takes their uploads.
on_unavailable = "deny"

[policy."org.example.app".app_attest]
app_ids = ["ABCDE12345.org.example.app"]  # team id, dot, bundle id

[policy."org.example.app".play_integrity]
packages = ["org.example.app"]
# SHA-256 of the certificate that signs the app (Play Console, App integrity). Replace it.
cert_digests = ["0000000000000000000000000000000000000000000000000000000000000000"]
decode = "local"  # nobody but this server reads the tokens
keys = ["play-integrity.keys"]  # from the Play Console; readable by the server only

[policy."org.example.app".android_key_attestation]
packages = ["org.example.app"]
cert_digests = ["0000000000000000000000000000000000000000000000000000000000000000"]
revocation_file = "revoked.json"  # fetched daily, see docs/attestation.md
)";

}  // namespace enks::cli
